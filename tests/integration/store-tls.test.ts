import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, createServer as createTlsServer } from 'node:tls';
import { sql } from 'kysely';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { tables } from '../../src/infrastructure/postgres/postgres-tables.js';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { eventually } from '../support/eventually.js';
import { selfSigned } from '../support/self-signed.js';

const password = 'hunter2-hunter2';
const certificate = selfSigned();
const sockets = new Set<Socket>();
let folder: string;
let authority: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldgate-tls-'));
  authority = join(folder, 'authority.pem');
  await writeFile(authority, certificate.cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Impostor {
  readonly port: number;
  /** What it was told in confidence, and how many came. */
  heard(): string;
  visits(): number;
  close(): Promise<void>;
}

async function listening(server: Server, heard: () => string): Promise<Impostor> {
  let visits = 0;
  server.on('connection', (socket: Socket) => {
    visits += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    visits: () => visits,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Takes itself for Postgres up to the first word under TLS, and writes down what it is told. */
function postgresImpostor(): Promise<Impostor> {
  let heard = '';
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, ...certificate });
      sockets.add(secure);
      secure.on('error', () => undefined);
      secure.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    });
  });
  return listening(server, () => heard);
}

function redisImpostor(): Promise<Impostor> {
  let heard = '';
  const server = createTlsServer(certificate, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  });
  server.on('tlsClientError', () => undefined);
  return listening(server, () => heard);
}

async function askPostgres(port: number, parameters: string): Promise<void> {
  const url = `postgres://gateway:${password}@localhost:${String(port)}/fieldgate?${parameters}`;
  const pool = new PostgresPool({ url });
  try {
    await pool.query(sql`select 1`.compile(tables));
  } finally {
    await pool.close();
  }
}

describe('a store that cannot prove who it is', () => {
  it.each(['sslmode=require', 'sslmode=verify-full'])('is told nothing by the pool of %s', async (mode) => {
    const impostor = await postgresImpostor();
    try {
      await expect(askPostgres(impostor.port, mode)).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
      expect(impostor.visits()).toBeGreaterThan(0);
      expect(impostor.heard()).toBe('');
    } finally {
      await impostor.close();
    }
  });

  it('would be told who comes if its authority were trusted', async () => {
    const impostor = await postgresImpostor();
    try {
      await expect(
        askPostgres(impostor.port, `sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`),
      ).rejects.toBeDefined();
      expect(impostor.heard()).toContain('gateway');
    } finally {
      await impostor.close();
    }
  });

  it('is told nothing by the client of rediss://', async () => {
    const impostor = await redisImpostor();
    const url = `rediss://gateway:${password}@localhost:${String(impostor.port)}`;
    const client = await RedisClient.open({ url }, { log: () => undefined });
    try {
      await expect(client.ping()).rejects.toMatchObject({ code: 'dependency_unavailable' });
      await eventually(() => {
        expect(impostor.visits()).toBeGreaterThan(1);
        return Promise.resolve();
      });
      expect(impostor.heard()).toBe('');
    } finally {
      client.close();
      await impostor.close();
    }
  });
});
