import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UnitOfWork } from '../../../src/application/ports/unit-of-work.js';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_PROPOSALS, UNIT_OF_WORK } from '../../../src/composition/tokens.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import type { Json, TestDevice } from '../../support/api-client.js';
import { ApiClient, newDevice, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/customer';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
/** Each of them happens once, at its point in the next write. */
let beforeCommit: (() => Promise<void> | void) | null;
let afterCommit: (() => void) | null;

const loseTheConnection = (): never => {
  throw generalFaults.dependency_unavailable();
};

/** The real write, with what was ordered to happen around it. */
async function disturbed<Result>(write: () => Promise<Result>): Promise<Result> {
  const [before, after] = [beforeCommit, afterCommit];
  [beforeCommit, afterCommit] = [null, null];
  await before?.();
  const result = await write();
  after?.();
  return result;
}

beforeAll(async () => {
  opened = await openGateway({
    override: (container) => {
      const proposals = use(container, COMMAND_PROPOSALS);
      provide(container, COMMAND_PROPOSALS, () => ({
        propose: (command, entry) => disturbed(() => proposals.propose(command, entry)),
      }));
      const work = use(container, UNIT_OF_WORK);
      const run: UnitOfWork['run'] = (task) => disturbed(() => work.run(task));
      provide(container, UNIT_OF_WORK, () => ({ run }));
    },
  });
  admin = await signIn(opened.url);
});

beforeEach(async () => {
  [beforeCommit, afterCommit] = [null, null];
  device = await newDevice(admin, 'Target');
});

afterAll(async () => {
  await opened.close();
});

const provision = (key: string, body: object) =>
  admin.with({ 'idempotency-key': key }).post(`${path}/devices/provision`, body);

const propose = (key: string, body: object = {}) =>
  admin
    .with({ 'idempotency-key': key })
    .post(`${path}/devices/${device.id}/commands`, { type: 'system_info', parameters: {}, ...body });

const devicesCalled = async (name: string): Promise<readonly unknown[]> => {
  const { body } = await admin.get<{ items: Json[] }>(`${path}/devices?q=${name}`);
  return body.items.map(({ id }) => id);
};

const commandsOfDevice = async (): Promise<readonly unknown[]> => {
  const { body } = await admin.get<{ items: Json[] }>(`${path}/commands?deviceId=${device.id}`);
  return body.items.map(({ id }) => id);
};

const outcome = ({ status, body }: { status: number; body: Json }) => [status, body['code']];

describe('an idempotency key', () => {
  it('brings the first answer again, and creates once', async () => {
    const first = await provision('once', { name: 'Once' });
    const again = await provision('"once"', { name: 'Once' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(first.body['instructions']).toContain(`npm run agent -- --url ${opened.url} --device-id`);
    expect(await devicesCalled('Once')).toHaveLength(1);
  });

  it('is refused with another body, which creates nothing', async () => {
    await provision('other', { name: 'Meant' });
    expect(outcome(await provision('other', { name: 'Changed' }))).toEqual([422, 'idempotency_mismatch']);
    expect(await devicesCalled('Changed')).toEqual([]);
  });

  it('is free again after a refusal, for any body', async () => {
    expect(outcome(await provision('refused', { deviceId: device.id, name: 'Taken' }))).toEqual([
      409,
      'device_exists',
    ]);
    expect((await provision('refused', { name: 'Free' })).status).toBe(201);
    expect(await devicesCalled('Taken')).toEqual([]);
  });

  it('is taken while the first try runs', async () => {
    const begun = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<undefined>();
    beforeCommit = () => {
      begun.resolve(undefined);
      return held.promise;
    };
    const first = propose('busy');
    await begun.promise;
    const second = await propose('busy');
    expect(outcome(second)).toEqual([409, 'idempotency_in_progress']);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(outcome(await propose('busy', { priority: 1 }))).toEqual([422, 'idempotency_mismatch']);
    held.resolve(undefined);
    const { status, body } = await first;
    expect(status).toBe(201);
    const third = await propose('busy');
    expect([third.body, third.headers.get('idempotency-replayed')]).toEqual([body, 'true']);
    expect(await commandsOfDevice()).toEqual([body['id']]);
  });

  it.each(['', 'a b', 'x'.repeat(129), 'ü'])('is refused when it is %j', async (key) => {
    expect(outcome(await provision(key, { name: 'Malformed' }))).toEqual([400, 'invalid_request']);
    expect(await devicesCalled('Malformed')).toEqual([]);
  });
});

describe('a repetition after a try of which nobody knows how it ended', () => {
  it('goes on at once and finds the command that was recorded', async () => {
    afterCommit = loseTheConnection;
    const lost = await propose('lost-command');
    expect(outcome(lost)).toEqual([503, 'dependency_unavailable']);
    const recorded = await commandsOfDevice();
    expect(recorded).toHaveLength(1);

    expect(outcome(await propose('lost-command', { priority: 1 }))).toEqual([422, 'idempotency_mismatch']);
    const again = await propose('lost-command');
    expect([again.status, again.body['id'], again.body['state']]).toEqual([201, recorded[0], 'queued']);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    const replayed = await propose('lost-command');
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(replayed.body).toEqual(again.body);
    expect(await commandsOfDevice()).toEqual(recorded);
  });

  it('goes on at once and gives a new code for the device that was provisioned', async () => {
    afterCommit = loseTheConnection;
    const lost = await provision('lost-device', { name: 'Phoenix' });
    expect(outcome(lost)).toEqual([503, 'dependency_unavailable']);
    const recorded = await devicesCalled('Phoenix');
    expect(recorded).toHaveLength(1);

    const again = await provision('lost-device', { name: 'Phoenix' });
    expect([again.status, again.body['device']]).toEqual([201, expect.objectContaining({ id: recorded[0] })]);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(await devicesCalled('Phoenix')).toEqual(recorded);
    const replayed = await provision('lost-device', { name: 'Phoenix' });
    expect(replayed.body).toEqual(again.body);
    const registered = await new ApiClient(opened.url).post('/api/v1/device/register', {
      deviceId: recorded[0],
      activationCode: again.body['activationCode'],
    });
    expect(registered.status).toBe(201);
  });

  it('creates what was not recorded', async () => {
    beforeCommit = loseTheConnection;
    expect((await propose('never-arrived')).status).toBe(503);
    expect(await commandsOfDevice()).toEqual([]);
    const again = await propose('never-arrived');
    expect(again.status).toBe(201);
    expect(await commandsOfDevice()).toEqual([again.body['id']]);
  });

  it('goes on at once after a mistake of the gateway, too', async () => {
    afterCommit = () => {
      throw new Error('a mistake');
    };
    expect(outcome(await propose('mistake'))).toEqual([500, 'internal']);
    const again = await propose('mistake');
    expect(again.status).toBe(201);
    expect(await commandsOfDevice()).toEqual([again.body['id']]);
  });
});
