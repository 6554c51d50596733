import Fastify from 'fastify';
import { Redis } from 'ioredis';

/** The measure: routes that do nothing but the same number of Redis round trips, one after the other. */
const redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
const app = Fastify();

app.get('/ready', () => redis.ping());
app.post<{ Params: { trips: string } }>('/trips/:trips', async ({ params }) => {
  const trips = Number(params.trips);
  for (let trip = 0; trip < trips; trip += 1) await redis.get('fieldgate-bench');
  return { trips };
});

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  redis.disconnect();
  process.exit(0);
});
