import type { Logger } from 'pino';

export interface Stoppable {
  /** Resolves when everything is closed. */
  stop(): Promise<void>;
}

/**
 * Stops the gateway on SIGTERM and SIGINT and ends the process: with 0 when everything closed in time, with 1
 * after `graceMs`, or at once on a second signal.
 */
export function stopOnSignals(gateway: Stoppable, graceMs: number, log: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn({ signal }, 'second signal: leaving at once');
      process.exit(1);
    }
    stopping = true;
    log.info({ signal, graceMs }, 'stopping');
    setTimeout(() => {
      log.error({ graceMs }, 'did not stop in time: leaving');
      process.exit(1);
    }, graceMs);
    gateway.stop().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
