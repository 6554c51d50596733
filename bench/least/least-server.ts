import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { beatArguments } from '../../src/infrastructure/redis/beat-text.js';
import { serveLeastCommands } from './least-commands.js';
import { LeastDoor, tokenOf } from './least-door.js';

/**
 * The least that promises a device as much as the gateway does, where nothing goes wrong: for a poll, a result and a
 * heartbeat. The token is looked up by its hash and lives longer for it, a budget is spent and told, the beat is kept. No
 * other routes and messages, no schemas, no refusals, no log, no metrics. A measure of what the promises cost, and of what
 * the gateway costs beyond them. With the gateway's `REDIS_PREFIX` it lets in the devices that are signed in there.
 */
const redis = new Redis(process.env['REDIS_URL'] ?? '');
const door = await LeastDoor.open(redis, process.env['REDIS_PREFIX']);
const app = Fastify();
app.get('/ready', async () => redis.ping());
serveLeastCommands(app, door, process.env['DATABASE_URL'] ?? '');

interface Said {
  readonly type: string;
  readonly status: 'ok';
  readonly metrics: Readonly<Record<string, number>>;
  readonly agentVersion: string;
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
app.server.on('upgrade', (request, stream, head) => {
  const token = tokenOf(request);
  server.handleUpgrade(request, stream, head, (socket) => {
    socket.on('message', (data: Buffer) => {
      const { type, status, metrics, agentVersion } = JSON.parse(data.toString()) as Said;
      const at = new Date();
      void door.admitBeat(token, beatArguments({ at, status, metrics, agentVersion })).then(({ waiting }) => {
        const queue = { pendingCommands: waiting, cancelRequested: [] };
        const answer = { nextHeartbeatMs: 30_000, ...queue, serverTime: at.toISOString() };
        socket.send(JSON.stringify({ type: `${type}.ok`, ...answer }));
      });
    });
    socket.send(JSON.stringify({ type: 'welcome' }));
  });
});

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  process.exit(0);
});
