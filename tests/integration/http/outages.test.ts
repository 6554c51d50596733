import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_DEADLINES, COMMAND_PROPOSALS } from '../../../src/composition/tokens.js';
import type { ApiAnswer, TestDevice } from '../../support/api-client.js';
import { ApiClient, claim, newDevice, propose, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { RedisServer } from '../../support/redis-server.js';
import { startRedisServer } from '../../support/redis-server.js';
import type { PostgresProxy } from '../postgres-proxy.js';
import { startPostgresProxy } from '../postgres-proxy.js';

const customerPath = '/api/v1/customer';
const devicePath = '/api/v1/device';

let redis: RedisServer;
let proxy: PostgresProxy;
let opened: OpenedGateway;
let admin: ApiClient;
let anybody: ApiClient;
let device: TestDevice;
/** Happens once, between the start of a keyed proposal and its write. */
let beforePropose: (() => Promise<void>) | null = null;
const mend: (() => Promise<void>)[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
  opened = await openGateway({
    environment: { REDIS_URL: redis.url },
    through: async (databaseUrl) => {
      proxy = await startPostgresProxy(databaseUrl);
      return proxy.url;
    },
    override: (container) => {
      const proposals = use(container, COMMAND_PROPOSALS);
      provide(container, COMMAND_PROPOSALS, () => ({
        propose: async (command, entry) => {
          const happening = beforePropose;
          beforePropose = null;
          await happening?.();
          return proposals.propose(command, entry);
        },
      }));
    },
  });
  admin = await signIn(opened.url);
  anybody = new ApiClient(opened.url);
});

beforeEach(async () => {
  // That it is ready may have been found out before the last test.
  device = await eventually(() => newDevice(admin));
});

afterEach(async () => {
  for (const step of mend.splice(0)) await step();
  await eventually(async () => (await anybody.get('/readyz')).status === 200, { withinMs: 10_000 });
});

afterAll(async () => {
  await opened.close();
  await Promise.all([proxy.shut(), redis.remove()]);
});

/** Connections to Postgres are refused until the test is over, or until the answer is called. */
async function postgresGoes(): Promise<() => Promise<void>> {
  await proxy.shut();
  let back: Promise<void> | null = null;
  const comeBack = (): Promise<void> => (back ??= proxy.open());
  mend.push(comeBack);
  return comeBack;
}

async function redisGoes(): Promise<void> {
  await redis.kill();
  mend.push(() => redis.start());
}

/** The first answer that is not "come again": the pool needs a moment to find its way back. */
const answered = (ask: () => Promise<ApiAnswer>): Promise<ApiAnswer> =>
  eventually(async () => {
    const answer = await ask();
    if (answer.status === 503) throw new Error('still away');
    return answer;
  });

const refusal = ({ status, headers, body }: ApiAnswer) => [status, body['code'], headers.get('retry-after')];
const comeAgain = [503, 'dependency_unavailable', '1'];

describe('while Postgres is away', () => {
  it('asks people and devices to come again', async () => {
    await postgresGoes();
    const answers = await Promise.all([
      admin.get(`${customerPath}/devices`),
      admin.post(`${customerPath}/devices/${device.id}/commands`, { type: 'system_info', parameters: {} }),
      anybody.post(`${devicePath}/auth`, { deviceId: device.id, deviceSecret: device.secret }),
    ]);
    expect(answers.map(refusal)).toEqual([comeAgain, comeAgain, comeAgain]);
    expect(answers[0]?.headers.get('content-type')).toBe('application/problem+json');
  });

  it('still refuses what is not well formed, and answers a device that has nothing to fetch', async () => {
    await postgresGoes();
    const malformed = await anybody.post(`${devicePath}/auth`, { deviceId: device.id });
    expect([malformed.status, malformed.body['code']]).toEqual([400, 'invalid_request']);
    expect(await claim(device.api)).toEqual([]);
    expect((await device.api.post(`${devicePath}/heartbeat`, { status: 'ok' })).status).toBe(200);
  });

  it('asks a device to repeat its result, the largest too, and takes it afterwards', async () => {
    const id = await propose(admin, device.id);
    const [claimed] = await claim(device.api);
    expect(claimed?.id).toBe(id);
    const comeBack = await postgresGoes();
    const report = {
      claimToken: claimed?.claimToken,
      status: 'succeeded',
      output: 'x'.repeat(262_144),
    };
    const result = () => device.api.post(`${devicePath}/commands/${id}/result`, report);
    expect(refusal(await result())).toEqual(comeAgain);
    await comeBack();
    expect(await answered(result)).toMatchObject({ status: 200, body: { state: 'succeeded', late: false } });
  });

  it('holds the idempotency key of a try that was cut off, when it cannot let go of it', async () => {
    let comeBack = (): Promise<void> => Promise.resolve();
    beforePropose = async () => {
      comeBack = await postgresGoes();
    };
    const keyed = (priority: number) =>
      admin.with({ 'idempotency-key': 'cut-off' }).post(`${customerPath}/devices/${device.id}/commands`, {
        type: 'system_info',
        parameters: {},
        priority,
      });
    expect(refusal(await keyed(0))).toEqual(comeAgain);
    // Whoever asks now waits for a connection until after the one who wants to let go of the key.
    expect(refusal(await admin.get(`${customerPath}/devices`))).toEqual(comeAgain);
    await comeBack();
    const again = await answered(() => keyed(0));
    expect(refusal(again)).toEqual([409, 'idempotency_in_progress', '1']);
    expect((await keyed(1)).status).toBe(422);
  });

  it('is not ready and names what does not answer, waits one second for it and asks once', async () => {
    const timesAsked = () =>
      opened.log.filter(({ msg, check }) => msg === 'a dependency does not answer' && check === 'database')
        .length;
    proxy.freeze();
    mend.push(() => {
      proxy.thaw();
      return Promise.resolve();
    });
    // An answer from before the freeze is good for a second.
    const { times, tookMs, both } = await eventually(async () => {
      const [asked, started] = [timesAsked(), performance.now()];
      const answers = await Promise.all([anybody.get('/readyz'), anybody.get('/readyz')]);
      if (answers[0].status === 200) throw new Error('still ready');
      return { times: timesAsked() - asked, tookMs: performance.now() - started, both: answers };
    });
    expect(times).toBe(1);
    expect(tookMs).toBeLessThan(3_000);
    expect([both[0].status, both[0].body]).toEqual([
      503,
      {
        ready: false,
        checks: { database: false, dispatch: true, identity: true },
        errors: [{ check: 'database', message: 'does not answer' }],
      },
    ]);
    expect(both[1].body).toEqual(both[0].body);
  });
});

describe('while Redis is away', () => {
  it('lets people go on without their budget, and no stranger in', async () => {
    await redisGoes();
    const me = await admin.get(`${customerPath}/me`);
    expect([me.status, me.headers.get('ratelimit')]).toEqual([200, null]);
    expect(typeof (await propose(admin, device.id))).toBe('string');
    const signedIn = await anybody.post(`${devicePath}/auth`, {
      deviceId: device.id,
      deviceSecret: device.secret,
    });
    expect(refusal(signedIn)).toEqual(comeAgain);
    expect(refusal(await device.api.post(`${devicePath}/heartbeat`, { status: 'ok' }))).toEqual(comeAgain);
  });
});

describe('once Redis is there again', () => {
  it('offers within seconds what was lost with the last thing that it was told', async () => {
    const id = await propose(admin, device.id);
    const deadlines = use(opened.container, COMMAND_DEADLINES);
    // From then on nothing tells that Redis might not know of it.
    await eventually(async () => expect(await deadlines.undispatched(0, 1)).toEqual([]));
    const store = new Redis(redis.url);
    try {
      const lost = (await store.keys('*')).filter(
        (key) => key.includes(device.id) && !key.includes('tokens'),
      );
      expect(lost).not.toEqual([]);
      await store.del(...lost);
      expect(await claim(device.api)).toEqual([]);
      await store.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      const claimed = await eventually(
        async () => {
          const commands = await claim(device.api);
          if (commands.length === 0) throw new Error('not offered yet');
          return commands;
        },
        { withinMs: 10_000 },
      );
      expect(claimed.map((command) => command.id)).toEqual([id]);
    } finally {
      store.disconnect();
    }
  });
});

describe('while every store is away', () => {
  it('still says that the process runs, and that it is not ready', async () => {
    await Promise.all([postgresGoes(), redisGoes()]);
    const { status, body } = await anybody.get('/healthz');
    expect([status, body]).toEqual([200, { status: 'ok', timestamp: expect.any(String) }]);
    const unready = await eventually(async () => {
      const answer = await anybody.get('/readyz');
      const { database, dispatch } = answer.body['checks'] as Record<string, boolean>;
      if (database === true || dispatch === true) throw new Error('not looked at again yet');
      return answer;
    });
    expect(unready).toMatchObject({
      status: 503,
      body: { ready: false, checks: { database: false, dispatch: false, identity: true } },
    });
  });
});
