import 'reflect-metadata';
import { CommanderError } from 'commander';
import { version } from './composition/build-info.js';
import { ConfigError, readConfig } from './composition/config.js';
import { createLogger } from './composition/logger.js';
import { operatorOperations } from './composition/operator.js';
import { Fault } from './domain/shared/fault.js';
import { printAnswer } from './interfaces/cli/print-answer.js';
import { buildProgram } from './interfaces/cli/program.js';

/** `EX_CONFIG` of sysexits.h. */
const invalidConfiguration = 78;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  // Answers go to standard output; what is logged on the way is only of interest when something fails.
  const log = createLogger('silent', false);
  const program = buildProgram(version, operatorOperations(config, log), { print: printAnswer });
  await program.parseAsync(process.argv);
}

try {
  await main();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Fault ? error.code : 'failed';
    if (process.argv.includes('--json')) printAnswer({ error: { code, message } }, true);
    else process.stderr.write(`${message}\n`);
    process.exitCode = error instanceof ConfigError ? invalidConfiguration : 1;
  }
}
