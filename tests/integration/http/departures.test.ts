import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { ApiClient as Client, claim, newDevice, propose } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/people.js';
import { at, newCompany, newPeople } from '../../support/people.js';

const root = '/api/v1/customer';
const restart = { type: 'restart_service', parameters: { service: 'kiosk' } };

let gateway: OpenedGateway;
let people: Readonly<Record<'boss' | 'olga' | 'ann', TestPerson>>;
let boss: ApiClient;
let olga: ApiClient;
let ann: ApiClient;
let device: TestDevice;

beforeAll(async () => {
  gateway = await openGateway({ environment: { RATE_USER_PER_MINUTE: '100000' } });
  people = await newPeople(gateway, ['boss', 'olga', 'ann']);
});
afterAll(() => gateway.close());

beforeEach(async () => {
  const company = await newCompany(gateway, {
    admin: [people.boss],
    operator: [people.olga],
    approver: [people.ann],
  });
  boss = at(people.boss, company);
  olga = at(people.olga, company);
  ann = at(people.ann, company);
  device = await newDevice(boss);
});

const remove = (person: TestPerson) => boss.send('DELETE', `${root}/members/${person.id}`);
const demote = (person: TestPerson, role: string) =>
  boss.send('PATCH', `${root}/members/${person.id}`, { role });
const read = async (id: string): Promise<Json> => (await boss.get(`${root}/commands/${id}`)).body;

async function waiting(proposer: ApiClient): Promise<{ id: string; digest: string }> {
  const { body } = await proposer.post<{ id: string; approval: { digest: string } }>(
    `${root}/devices/${device.id}/commands`,
    restart,
  );
  return { id: body.id, digest: body.approval.digest };
}

async function approved(proposer: ApiClient): Promise<string> {
  const { id, digest } = await waiting(proposer);
  const vote = await ann.post(`${root}/approvals/${id}/decision`, { approved: true, digest });
  expect(vote.status).toBe(200);
  return id;
}

/** A command that runs by a standing grant which Ann approved. */
async function allowedBeforehand(proposer: ApiClient): Promise<string> {
  const { body: grant } = await boss.post<{ id: string; approval: { digest: string } }>(
    `${root}/standing-grants`,
    {
      type: restart.type,
      devices: { ids: [device.id] },
      expiresInMs: 3_600_000,
      maxUses: 10,
      reason: 'We try the new kiosk today.',
    },
  );
  const vote = { approved: true, digest: grant.approval.digest };
  expect((await ann.post(`${root}/standing-grants/${grant.id}/decision`, vote)).status).toBe(200);
  return propose(proposer, device.id, restart);
}

const openSession = async (member: ApiClient): Promise<string> => {
  const { body } = await member.post<{ id: string }>(`${root}/sessions`, {
    deviceId: device.id,
    type: 'remediation',
  });
  return body.id;
};

describe('when a member is removed', () => {
  it('what they proposed and no device has begun is called off, and what runs goes on', async () => {
    const running = await propose(olga, device.id);
    await claim(device.api);
    const queued = await propose(olga, device.id);
    const asked = await waiting(olga);
    const others = await propose(boss, device.id);
    expect((await remove(people.olga)).status).toBe(204);
    for (const id of [queued, asked.id]) {
      expect(await read(id)).toMatchObject({ state: 'cancelled', reason: 'proposer_removed' });
    }
    expect(await read(running)).toMatchObject({ state: 'claimed' });
    expect((await claim(device.api, { limit: 10 })).map(({ id }) => id)).toEqual([others]);
  });

  it('what waits to be run on their approval is called off, and their other votes count no more', async () => {
    const queued = await approved(boss);
    await remove(people.ann);
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'approver_removed' });
    expect(await claim(device.api)).toEqual([]);
  });

  it('what waits to be run by a standing grant that they approved is called off, and what runs goes on', async () => {
    const running = await allowedBeforehand(olga);
    await claim(device.api);
    const queued = await propose(olga, device.id, restart);
    const others = await propose(olga, device.id);
    expect(await read(queued)).toMatchObject({ state: 'queued', allowedBy: { kind: 'standing_grant' } });
    await remove(people.ann);
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'approver_removed' });
    expect(await read(running)).toMatchObject({ state: 'claimed' });
    expect((await claim(device.api, { limit: 10 })).map(({ id }) => id)).toEqual([others]);
    // And nothing new runs by it.
    expect(await read((await waiting(olga)).id)).toMatchObject({ state: 'awaiting_approval' });
  });

  it('their session is closed, with the reason, and what of it has not begun is called off', async () => {
    const sessionId = await openSession(olga);
    const inside = await boss.post<{ id: string }>(`${root}/sessions/${sessionId}/commands`, restart);
    await remove(people.olga);
    expect((await boss.get(`${root}/sessions/${sessionId}`)).body).toMatchObject({
      status: 'closed',
      closeReason: 'opener_removed',
    });
    expect(await read(inside.body.id)).toMatchObject({
      state: 'cancelled',
      reason: 'session_opener_removed',
    });
    expect(await openSession(boss)).toEqual(expect.any(String));
  });

  it('the log tells all of it, under the request of whoever removed them', async () => {
    const queued = await approved(olga);
    await boss.with({ 'x-request-id': 'clean-up-7' }).send('DELETE', `${root}/members/${people.olga.id}`);
    const { body } = await boss.get<{ items: Json[] }>(`${root}/activity?subject=command:${queued}`);
    expect(body.items.at(-1)).toMatchObject({
      kind: 'command.cancelled',
      actor: { kind: 'member', id: people.boss.id },
      requestId: 'clean-up-7',
      data: { reason: 'proposer_removed' },
    });
  });
});

describe('when a member may do less than before', () => {
  it('what they approved is called off when they could not approve it any more', async () => {
    const queued = await approved(boss);
    expect((await demote(people.ann, 'admin')).status).toBe(200);
    expect(await read(queued)).toMatchObject({ state: 'queued' });
    await demote(people.ann, 'operator');
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'approver_demoted' });
  });

  it('so is what waits to be run by a standing grant that they approved', async () => {
    const queued = await allowedBeforehand(olga);
    await demote(people.ann, 'admin');
    expect(await read(queued)).toMatchObject({ state: 'queued' });
    await demote(people.ann, 'operator');
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'approver_demoted' });
  });

  it('what they proposed and opened goes on for as long as they could do it again', async () => {
    const sessionId = await openSession(olga);
    const queued = await propose(olga, device.id);
    await demote(people.olga, 'approver');
    await demote(people.olga, 'operator');
    expect(await read(queued)).toMatchObject({ state: 'queued' });
    await demote(people.olga, 'viewer');
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'proposer_demoted' });
    const { body } = await boss.get(`${root}/sessions/${sessionId}`);
    expect(body).toMatchObject({ status: 'closed', closeReason: 'opener_demoted' });
  });
});

describe('when an API key is revoked', () => {
  it('what the program proposed and no device has begun is called off', async () => {
    const { body: key } = await boss.post<{ id: string; key: string }>(`${root}/api-keys`, {
      name: 'Nightly',
      role: 'operator',
    });
    const program = new Client(gateway.url, { authorization: `Bearer ${key.key}` });
    const queued = await propose(program, device.id);
    await boss.send('DELETE', `${root}/api-keys/${key.id}`);
    expect(await read(queued)).toMatchObject({ state: 'cancelled', reason: 'proposer_removed' });
  });
});
