import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProcesses } from './child-processes.js';
import { freePort } from './free-port.js';
import { narrator } from './narrator.js';
import { tellStory } from './story.js';

const wantedPort = 8080;

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-demo-'));
  // The embedded Postgres may run as another user, who has to pass through here; the secrets lie deeper.
  await chmod(folder, 0o711);
  const children = new ChildProcesses(folder);
  endOnSignals(children, folder);

  const port = await freePort(wantedPort);
  if (port !== wantedPort)
    narrator.plain(`Port ${String(wantedPort)} is taken; the gateway takes ${String(port)}.`);
  const url = `http://127.0.0.1:${String(port)}`;
  const admin = { email: 'admin@demo.example', password: randomBytes(9).toString('base64url') };
  const gateway = {
    DATA_DIR: join(folder, 'gateway'),
    PORT: String(port),
    HOST: '127.0.0.1',
    SHUTDOWN_NOTICE_MS: '0',
    BOOTSTRAP_ADMIN_EMAIL: admin.email,
    BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    // Whatever the shell says of other stores is not meant for the demo.
    ...Object.fromEntries(
      [
        'NODE_ENV',
        'DATABASE_URL',
        'REDIS_URL',
        'REDIS_CLUSTER_NODES',
        'REDIS_SENTINELS',
        'SUPABASE_URL',
        'METRICS_PORT',
      ].map((name) => [name, '']),
    ),
  };
  try {
    await tellStory({ children, folder, url, admin, gateway });
  } catch (error) {
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write(`The logs are in ${folder}.\n`);
    await children.end();
    process.exit(1);
  }
}

function endOnSignals(children: ChildProcesses, folder: string): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    narrator.plain('\nStopping agents and gateway …');
    void children
      .end()
      .then(() => rm(folder, { recursive: true, force: true }))
      .finally(() => {
        narrator.plain('Nothing is left running.');
        process.exit(0);
      });
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
}

await main();
