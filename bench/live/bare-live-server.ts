import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { LeastRecord } from '../least/least-record.js';

/**
 * The measure: the barest way from a request to a socket that has the same commit, the least one that promises what ours
 * does, an echo that waits for as many round trips as the gateway's, and connections that do nothing.
 */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const heard = new Redis(process.env['REDIS_URL'] ?? '');
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const key = process.env['BARE_KEY'] ?? '';
const app = Fastify();
const server = new WebSocketServer({
  noServer: true,
  maxPayload: 524_288,
  perMessageDeflate: false,
  clientTracking: false,
});

const script = `return redis.call('GET', KEYS[1])`;
const sha = createHash('sha1').update(script).digest('hex');
/** Only where it is asked for. */
let opened: Promise<LeastRecord> | null = null;
const record = (): Promise<LeastRecord> => (opened ??= LeastRecord.open(pool));
const listeners = new Map<string, Set<WebSocket>>();

interface Pushed {
  readonly id: string;
  readonly to: string;
  readonly type: string;
  readonly parameters: object;
  /** Of its entries in the log, where there are any. */
  readonly data?: string;
}

/** `type` is one of these; `trips` are those to Redis before an echo, one after the other. */
interface Said {
  readonly type: 'listen' | 'echo';
  readonly to: string;
  readonly trips: number;
}

app.get('/ready', async () => redis.ping());
app.post<{ Body: Pushed }>('/push', async ({ body }, reply) => {
  const { id, to, type, parameters } = body;
  const values = [id, to, type, parameters];
  await pool.query({ name: 'push', text: 'insert into bare values ($1, $2, $3, $4)', values });
  void redis.publish(key, JSON.stringify(body));
  return reply.code(201).send({ id });
});
function send({ to, ...command }: Pushed): void {
  const message = JSON.stringify({ type: 'command', command });
  for (const socket of listeners.get(to) ?? []) socket.send(message);
}
heard.on('message', (channel, text: string) => {
  const pushed = JSON.parse(text) as Pushed;
  if (channel === key) send(pushed);
  else void claim(pushed);
});

/**
 * Who asks is looked up while their budget is spent; the command is granted, recorded and logged; whoever holds the socket
 * is told, makes sure of the device, takes the command, and has that recorded and logged before it is sent. The queue and
 * the budget are one call of the shortest script each.
 */
const leastKey = `${key}:least`;
app.post<{ Body: Pushed }>('/push-least', async ({ body }, reply) => {
  const { id, to, parameters } = body;
  const member = { name: 'member', text: 'select type from bare where id = $1', values: [id] };
  await Promise.all([pool.query(member), redis.evalsha(sha, 1, key)]);
  const { data } = await (await record()).propose(id, to, JSON.stringify(parameters));
  await redis.evalsha(sha, 1, key);
  void redis.publish(leastKey, JSON.stringify({ ...body, data }));
  return reply.code(201).send({ id });
});

async function claim({ data, ...pushed }: Pushed): Promise<void> {
  await Promise.all([redis.evalsha(sha, 1, key), redis.evalsha(sha, 1, key)]);
  await (await record()).take({ state: 'claimed', id: pushed.id, data: data ?? '' });
  send(pushed);
}

async function answer(socket: WebSocket, { type, to, trips, ...rest }: Said): Promise<void> {
  if (type === 'listen') {
    const others = listeners.get(to) ?? new Set();
    listeners.set(to, others.add(socket));
  }
  for (let trip = 0; trip < trips; trip += 1) await redis.evalsha(sha, 1, key);
  socket.send(JSON.stringify({ type: `${type}.ok`, ...rest }));
}

app.server.on('upgrade', (request, stream, head) => {
  server.handleUpgrade(request, stream, head, (socket) => {
    socket.on('message', (data: Buffer) => {
      void answer(socket, JSON.parse(data.toString()) as Said);
    });
  });
});

await redis.set(key, 'x');
await redis.script('LOAD', script);
await heard.subscribe(key, leastKey);
await pool.query(
  'create table if not exists bare (id uuid primary key, receiver text not null, type text not null, parameters jsonb not null)',
);
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  process.exit(0);
});
