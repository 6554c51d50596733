import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fleet } from './fleet.js';
import { forgetKeys } from './forget-keys.js';
import { HttpDriver } from './http-driver.js';
import { startServer } from './server-process.js';

const devices = 16;
const rounds = 5;
const commandsPerRound = 40;
const admin = { email: 'admin@bench.example', password: 'a-password-for-the-bench' };

/** Redis round trips that a request makes one after the other: token, rate limit, and what its work needs. */
const trips = { claim: 4, result: 3, emptyClaim: 3, heartbeat: 3 };

interface Row {
  readonly what: string;
  readonly ours: number[];
  readonly bare: number[];
}

async function main(): Promise<void> {
  const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-bench-'));
  await chmod(folder, 0o711);
  const unlimited = '1000000';
  const prefix = `bench-${String(process.pid)}`;
  const gateway = await startServer('src/main.js', '/readyz', {
    REDIS_URL: redisUrl,
    REDIS_PREFIX: prefix,
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'error',
    BOOTSTRAP_ADMIN_EMAIL: admin.email,
    BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    RATE_DEVICE_PER_MINUTE: unlimited,
    RATE_USER_PER_MINUTE: unlimited,
    RATE_SIGN_IN_PER_ADDRESS: unlimited,
  });
  const bare = await startServer('bench/bare-server.js', '/ready', { REDIS_URL: redisUrl });
  const ourDriver = new HttpDriver(gateway.url, devices);
  const bareDriver = new HttpDriver(bare.url, devices);
  try {
    const fleet = await Fleet.signIn(ourDriver, admin, devices);
    const others = new Fleet(bareDriver, '', fleet.devices);
    print(await measure(fleet, others));
  } finally {
    ourDriver.close();
    bareDriver.close();
    await Promise.all([gateway.stop(), bare.stop()]);
    await forgetKeys(redisUrl, prefix);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rounds of both alternate, so that what else the machine does hits both alike. The first is to warm up. */
async function measure(fleet: Fleet, bare: Fleet): Promise<readonly Row[]> {
  const claims: Row = { what: 'claim + result', ours: [], bare: [] };
  const empties: Row = { what: 'empty claim', ours: [], bare: [] };
  const beats: Row = { what: 'heartbeat', ours: [], bare: [] };
  for (let round = 0; round <= rounds; round += 1) {
    await fleet.propose(commandsPerRound);
    claims.ours.push(await rate(() => fleet.work(commandsPerRound)));
    claims.bare.push(
      await rate(async () => {
        const half = commandsPerRound;
        const claimed = await bare.repeat(half, `/trips/${String(trips.claim)}`, {});
        return claimed + (await bare.repeat(half, `/trips/${String(trips.result)}`, {}));
      }),
    );
    const times = commandsPerRound * 2;
    empties.ours.push(await rate(() => fleet.repeat(times, '/api/v1/device/commands/claim', { limit: 1 })));
    empties.bare.push(await rate(() => bare.repeat(times, `/trips/${String(trips.emptyClaim)}`, {})));
    const beat = { status: 'ok', metrics: { cpu: 0.5 } };
    beats.ours.push(await rate(() => fleet.repeat(times, '/api/v1/device/heartbeat', beat)));
    beats.bare.push(await rate(() => bare.repeat(times, `/trips/${String(trips.heartbeat)}`, {})));
  }
  return [claims, empties, beats];
}

async function rate(work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const requests = await work();
  return (requests * 1_000) / (performance.now() - start);
}

function print(rows: readonly Row[]): void {
  process.stdout.write(
    `\n${String(devices)} devices, ${String(rounds)} rounds, median requests/s in one run\n\n`,
  );
  process.stdout.write(
    '| what | gateway | bare Fastify + as many Redis round trips | ratio |\n| --- | ---: | ---: | ---: |\n',
  );
  for (const { what, ours, bare } of rows) {
    const [our, their] = [median(ours.slice(1)), median(bare.slice(1))];
    const cells = [what, our.toFixed(0), their.toFixed(0), (our / their).toFixed(2)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((first, second) => first - second)[Math.floor(values.length / 2)] ?? 0;

await main();
