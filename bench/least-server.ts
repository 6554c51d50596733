import { hash as digest, randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { deviceOfToken } from '../src/domain/device/device-token.js';
import { beatArguments } from '../src/infrastructure/redis/beat-text.js';
import { readLuaScripts } from '../src/infrastructure/redis/lua-scripts.js';
import type { LuaScript } from '../src/infrastructure/redis/lua-scripts.js';
import { RedisKeys } from '../src/infrastructure/redis/redis-keys.js';

/**
 * The least that promises a device as much as the gateway does, where nothing goes wrong: for an empty poll and for a
 * heartbeat. The token is looked up by its hash and lives longer for it, a budget is spent and told, the beat is kept; by
 * the gateway's own scripts, for the devices that are signed in there. No other routes and messages, no schemas, no
 * refusals but one, no log, no metrics. A measure of what the promises cost, and of what the gateway costs beyond them.
 */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const keys = new RedisKeys(process.env['REDIS_PREFIX']);
const scripts = readLuaScripts();
const rule = { name: 'device', points: '1000000', windowMs: '60000' } as const;
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'ratelimit-policy': `"${rule.name}";q=${rule.points};w=60`,
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

/** What is left of the budget, and how the queue stands; null for a stranger. */
async function admit(
  { sha, keyCount }: LuaScript,
  token: string,
  more: (deviceId: string) => readonly string[],
  values: readonly string[],
): Promise<readonly string[] | null> {
  const device = deviceOfToken(token);
  if (device === null) return null;
  const hash = digest('sha256', token, 'hex');
  const { ready, held, delayed, ranks, epoch } = keys.queue(device);
  const touched = [keys.deviceTokens(device), keys.deviceBudget(rule.name, device)];
  const all = [...touched, ready, held, delayed, ranks, epoch, ...more(device)];
  const [kind, shown] = (await redis.evalsha(
    sha,
    keyCount,
    ...all,
    ...['', hash, rule.points, rule.windowMs],
    ...values,
  )) as string[];
  return kind === 'admitted' && shown !== undefined ? shown.split('|') : null;
}

const app = Fastify();
app.get('/ready', async () => redis.ping());
app.post('/api/v1/device/commands/claim', async (request, reply) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const shown = await admit(scripts['admit-device'], token, () => [], []);
  if (shown === null) return reply.code(401).send();
  const [, , taken, resetMs, waiting] = shown;
  if (waiting !== '0') throw new Error('something waits for a device that should have nothing to do');
  const left = `"${rule.name}";r=${String(Number(rule.points) - Number(taken))}`;
  void reply.headers(headers);
  void reply.header('ratelimit', `${left};t=${String(Math.ceil(Number(resetMs) / 1_000))}`);
  void reply.header('x-request-id', randomUUID());
  return { commands: [] };
});

const beatAnswer = (type: string, at: Date, [, , , , waiting]: readonly string[]): string =>
  JSON.stringify({
    type: `${type}.ok`,
    nextHeartbeatMs: 30_000,
    pendingCommands: Number(waiting),
    cancelRequested: [],
    serverTime: at.toISOString(),
  });

interface Said {
  readonly type: string;
  readonly status: 'ok';
  readonly metrics: Readonly<Record<string, number>>;
  readonly agentVersion: string;
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
app.server.on('upgrade', (request, stream, head) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  server.handleUpgrade(request, stream, head, (socket) => {
    socket.on('message', (data: Buffer) => {
      const { type, status, metrics, agentVersion } = JSON.parse(data.toString()) as Said;
      const at = new Date();
      const kept = (device: string): readonly string[] => [keys.latestBeat(device), keys.beats(device)];
      const values = beatArguments({ at, status, metrics, agentVersion });
      void admit(scripts['admit-beat'], token, kept, values).then((shown) => {
        if (shown === null) socket.close(4401);
        else socket.send(beatAnswer(type, at, shown));
      });
    });
    socket.send(JSON.stringify({ type: 'welcome' }));
  });
});

for (const { source } of Object.values(scripts)) await redis.script('LOAD', source);
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  process.exit(0);
});
