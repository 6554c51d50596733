import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Disk } from './disk.js';
import { freePort } from './free-port.js';
import { OwnProcess } from './own-process.js';
import type { ServerUser } from './own-process.js';
import type { PostgresPrograms } from './programs.js';
import { runProgram } from './programs.js';

export interface PostgresServerOptions {
  readonly programs: PostgresPrograms;
  readonly user: ServerUser;
  readonly disk: Disk;
  readonly runFolder: string;
}

/** A Postgres of this run, durable as in production: fsync, full pages and synchronous commits are on. */
export class PostgresServer {
  readonly disk: Disk;
  readonly port: number;
  readonly #options: PostgresServerOptions;
  readonly #password: string;
  #process: OwnProcess;

  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const password = randomBytes(16).toString('hex');
    initialize(options, password);
    const server = new PostgresServer(options, password, await freePort());
    await server.#ready();
    const client = await server.connect('postgres');
    await client.query('create database fieldgate');
    await client.end();
    return server;
  }

  constructor(options: PostgresServerOptions, password: string, port: number) {
    this.#options = options;
    this.disk = options.disk;
    this.#password = password;
    this.port = port;
    this.#process = this.#launch();
  }

  /** By way of `port`, which may be a proxy's. */
  url(port = this.port, database = 'fieldgate'): string {
    return `postgres://postgres:${this.#password}@127.0.0.1:${String(port)}/${database}`;
  }

  /** A connection past every proxy. */
  async connect(database = 'fieldgate'): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url(this.port, database),
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** SIGQUIT: an immediate stop, without a checkpoint. */
  async crash(): Promise<void> {
    await this.#process.stop('SIGQUIT');
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async restart(): Promise<void> {
    this.#process = this.#launch();
    await this.#ready();
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGINT');
  }

  #launch(): OwnProcess {
    const { programs, user, disk, runFolder } = this.#options;
    const settings = {
      port: this.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      // Else a killed server leaves shared memory behind on the machine.
      dynamic_shared_memory_type: 'mmap',
      max_connections: 120,
      shared_buffers: '256MB',
      max_wal_size: '1GB',
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      log_min_messages: 'warning',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]);
    return new OwnProcess(programs.postgres, {
      args: ['-D', join(disk.folder, 'data'), ...flags],
      log: join(runFolder, 'postgres.log'),
      user,
    });
  }

  async #ready(): Promise<void> {
    await this.#process.until(async () => {
      const client = await this.connect('postgres');
      await client.end();
    });
  }
}

function initialize({ programs, user, disk, runFolder }: PostgresServerOptions, password: string): void {
  const secret = join(runFolder, 'secret');
  mkdirSync(secret, { recursive: true });
  const passwordFile = join(secret, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [secret, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  const how = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale', '--no-sync'];
  runProgram(programs.initdb, ['-D', join(disk.folder, 'data'), `--pwfile=${passwordFile}`, ...how], user);
  rmSync(secret, { recursive: true });
}
