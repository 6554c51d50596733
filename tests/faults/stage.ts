import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newGrantSigningKey } from '../../src/infrastructure/signing/grant-key.js';
import { applyMigrations, migrationsFolder } from '../../src/infrastructure/postgres/migrator.js';
import pg from 'pg';
import type { RunOptions } from './run-options.js';
import { AuthServer } from './servers/auth-server.js';
import { openDisk } from './servers/disk.js';
import type { Disk } from './servers/disk.js';
import { freePort } from './servers/free-port.js';
import { Gateways } from './servers/gateways.js';
import { PostgresServer } from './servers/postgres-server.js';
import { postgresPrograms, unprivilegedUser } from './servers/programs.js';
import { RedisNode } from './servers/redis-node.js';
import { SentinelRedis } from './servers/sentinel-redis.js';
import { TcpProxy } from './servers/tcp-proxy.js';
import { IdentityProvider } from './traffic/deployment.js';
import type { SingleRedis, WatchedRedis } from './nemesis/fault.js';

const program = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');

/** Everything that a run starts, in one folder; `close` ends and removes all of it, whatever has happened. */
export class Stage {
  readonly folder: string;
  readonly #undo: (() => Promise<unknown>)[] = [];
  #closing: Promise<void> | null = null;

  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, 'fieldgate-faults-'));
    // Postgres runs as somebody else, and has to find its way in.
    chmodSync(this.folder, 0o755);
  }

  async postgres({ commands }: RunOptions): Promise<{ server: PostgresServer; way: TcpProxy; disk: Disk }> {
    const user = unprivilegedUser();
    const megabytes = 2_048 + Math.ceil(commands / 50);
    const disk = await openDisk(this.folder, 'postgres', { megabytes, owner: user });
    this.#undo.push(() => disk.remove());
    const programs = await postgresPrograms();
    const server = await PostgresServer.start({ programs, user, disk, runFolder: this.folder });
    this.#undo.push(() => server.kill());
    const pool = new pg.Pool({ connectionString: server.url(), max: 1 });
    try {
      await applyMigrations(pool, migrationsFolder());
    } finally {
      await pool.end();
    }
    const way = await TcpProxy.open(server.port);
    this.#undo.push(() => way.close());
    return { server, way, disk };
  }

  async singleRedis(): Promise<SingleRedis> {
    const disk = await openDisk(this.folder, 'redis', { megabytes: 2_048, owner: {} });
    this.#undo.push(() => disk.remove());
    const port = await freePort();
    const { folder } = disk;
    const node = await RedisNode.start({ name: 'redis', folder, runFolder: this.folder, port });
    this.#undo.push(() => node.kill());
    const way = await TcpProxy.open(node.port);
    this.#undo.push(() => way.close());
    return { kind: 'single', node, disk, way };
  }

  async watchedRedis(): Promise<WatchedRedis> {
    const sentinel = await SentinelRedis.start(join(this.folder, 'sentinel'), this.folder);
    this.#undo.push(() => sentinel.stop());
    return { kind: 'sentinel', sentinel };
  }

  async identity(): Promise<{ readonly url: string; readonly provider: IdentityProvider }> {
    const server = await AuthServer.open();
    this.#undo.push(() => server.close());
    return { url: server.url, provider: new IdentityProvider(server.url) };
  }

  async gateways(
    count: number,
    databaseUrl: string,
    identity: { readonly url: string; readonly provider: IdentityProvider },
  ): Promise<Gateways> {
    const gateways = await Gateways.open(count, {
      program,
      folder: this.folder,
      environment: {
        DATABASE_URL: databaseUrl,
        DATABASE_POOL_SIZE: '8',
        GRANT_SIGNING_KEY: await newGrantSigningKey(),
        SUPABASE_URL: identity.url,
        SUPABASE_JWT_SECRET: identity.provider.secret,
        // A line for each call that a fault refuses would be most of what the gateways do.
        LOG_LEVEL: 'error',
        RATE_DEVICE_PER_MINUTE: '1000000',
        RATE_USER_PER_MINUTE: '1000000',
        RATE_SIGN_IN_PER_DEVICE: '1000000',
        RATE_SIGN_IN_PER_ADDRESS: '1000000',
      },
    });
    this.#undo.push(() => gateways.killAll());
    return gateways;
  }

  close(keep: boolean): Promise<void> {
    this.#closing ??= this.#close(keep);
    return this.#closing;
  }

  async #close(keep: boolean): Promise<void> {
    for (const step of this.#undo.reverse()) {
      await step().catch((error: unknown) => {
        console.error(error);
      });
    }
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }
}
