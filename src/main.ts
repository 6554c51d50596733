import 'reflect-metadata';
import { ConfigError, readConfig } from './composition/config.js';
import { startGateway } from './composition/gateway.js';
import { createLogger } from './composition/logger.js';
import { stopOnSignals } from './composition/stop-on-signals.js';

/** `EX_CONFIG` of sysexits.h. */
const invalidConfiguration = 78;

/** A reader of the log that goes away must not take the gateway along. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.LOG_LEVEL, process.stdout.isTTY);
  const starting = startGateway(config, log);
  // Before it has started: as process 1 of a container, a signal that nobody handles would be ignored.
  stopOnSignals({ stop: async () => (await starting).stop() }, config.SHUTDOWN_GRACE_MS, log);
  try {
    await starting;
  } catch (error) {
    log.fatal({ err: error }, 'the gateway could not start');
    process.exitCode = 1;
    // What was opened before the failure must not keep the process.
    setTimeout(() => process.exit(1), 1_000).unref();
  }
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(invalidConfiguration);
  }
  throw error;
});
