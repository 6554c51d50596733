import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/embedded-postgres.js';

/** A process that owns the embedded Postgres of the folder it is given, until SIGTERM. Prints one line of JSON. */
const [, , dataDir = ''] = process.argv;
try {
  const log = (message: string): void => {
    console.error(message);
  };
  const { url, stop } = await startEmbeddedPostgres({ dataDir, log });
  process.on('SIGTERM', () => void stop());
  console.log(JSON.stringify({ url }));
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
}
