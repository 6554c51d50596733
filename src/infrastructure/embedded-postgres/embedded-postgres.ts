import { mkdir, realpath } from 'node:fs/promises';
import { embeddedPrograms } from './embedded-programs.js';
import { takeOwnerLock } from './owner-lock.js';
import { prepareCluster } from './postgres-cluster.js';
import { chooseServerUser } from './server-user.js';
import { superviseServer } from './supervised-server.js';

export interface EmbeddedPostgres {
  /** Of a superuser, at a loopback port, with a password that only this data folder knows. */
  readonly url: string;
  /** Ends the server within seconds, whoever is connected, and gives the data folder free. May be called twice. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a private Postgres whose files are in `dataDir`, made at the first start. It ends with this process,
 * however that ends; a server that was left over all the same is stopped first, so that there are never two on
 * the same files. When it dies it is started again at the same URL.
 *
 * Throws an Error that says what to do: when the package is not installed, when another process owns the folder,
 * when the folder cannot be reached by the user that Postgres must run as, when the server does not start.
 * `log` gets what an operator wants to know.
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly log: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const programs = await embeddedPrograms();
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const lock = await takeOwnerLock(dataDir);
  try {
    const user = await chooseServerUser(dataDir, programs, options.log);
    const cluster = await prepareCluster(dataDir, programs, user, options.log);
    const server = await superviseServer({ cluster, programs, user, log: options.log });
    let stopped: Promise<void> | null = null;
    return {
      url: server.url,
      stop: () =>
        (stopped ??= server.stop().finally(() => {
          lock.release();
        })),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
