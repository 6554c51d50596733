import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { ApiAnswer, ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { newDevice } from '../../support/api-client.js';
import { activityOf } from '../../support/http/activity-of.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { strongly } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';

const path = '/api/v1/customer';
const restart = { type: 'restart_service', parameters: { service: 'kiosk' } };
const wanted = {
  type: 'restart_service',
  devices: { label: 'lab' },
  expiresInMs: 3_600_000,
  maxUses: 5,
  reason: 'We try the new kiosk today.',
};

interface StandingJson extends Json {
  readonly id: string;
  readonly approval: { readonly digest: string };
}

let gateways: TwoGateways;
let customerId: string;
let admin: ApiClient;
let ben: TestPerson;
let eva: TestPerson;
let device: TestDevice;

beforeAll(async () => {
  gateways = await openTwoGateways();
});
afterAll(() => gateways.close());

beforeEach(async () => {
  const opened = await gateways.people.customer(gateways.here);
  customerId = opened.id;
  admin = opened.admin.api();
  ben = await gateways.people.member(gateways.here, customerId, 'approver');
  eva = await gateways.people.member(gateways.here, customerId, 'approver');
  device = await labelled('lab');
});

async function labelled(...labels: readonly string[]): Promise<TestDevice> {
  const made = await newDevice(admin);
  await admin.send('PATCH', `${path}/devices/${made.id}`, { labels });
  return made;
}

const request = (body: object = {}, by = admin) =>
  by.post<StandingJson>(`${path}/standing-grants`, { ...wanted, ...body });
const decide = (by: ApiClient, { id, approval: { digest } }: StandingJson, body: object = {}) =>
  by.post<StandingJson>(`${path}/standing-grants/${id}/decision`, { approved: true, digest, ...body });
const read = async ({ id }: StandingJson) =>
  (await admin.get<StandingJson>(`${path}/standing-grants/${id}`)).body;
const propose = (body: object = {}, by = admin, on = device) =>
  by.post<Json & { id: string }>(`${path}/devices/${on.id}/commands`, { ...restart, ...body });

async function active(body: object = {}): Promise<StandingJson> {
  const { body: grant } = await request(body);
  await decide(ben.api(strongly), grant);
  return grant;
}

const codeOf = ({ status, body }: ApiAnswer<Json>) => body['code'] ?? status;

describe('a standing grant', () => {
  it('waits for people as its commands would, and lets nothing run before', async () => {
    const asked = await request();
    expect([asked.status, asked.body]).toMatchObject([
      201,
      {
        state: 'awaiting_approval',
        uses: 0,
        maxUses: 5,
        parameters: null,
        missing: 1,
        mayDecide: false,
        secondFactorMissing: false,
        envelope: { type: 'restart_service', devices: { label: 'lab' }, maxUses: 5, policyVersion: 1 },
      },
    ]);
    expect((await propose()).body['state']).toBe('awaiting_approval');
    expect(await decide(admin, asked.body)).toMatchObject({ status: 403, body: { code: 'self_approval' } });
    const wrong = await decide(ben.api(), asked.body, { digest: 'e'.repeat(64) });
    expect(wrong).toMatchObject({ status: 412, body: { code: 'digest_mismatch' } });
    const decided = await decide(ben.api(), asked.body);
    expect(decided).toMatchObject({ status: 200, body: { state: 'active', missing: 0 } });
    expect((await decide(ben.api(), asked.body)).status).toBe(200);
    expect(codeOf(await decide(eva.api(), asked.body))).toBe('already_decided');
    const told = await activityOf(gateways.here, asked.body.id);
    expect(told.map(({ kind }) => kind)).toEqual([
      'standing_grant.requested',
      'standing_grant.decision_refused',
      'standing_grant.decision_refused',
      'standing_grant.decided',
      'standing_grant.approved',
      'standing_grant.decision_refused',
    ]);
    expect(told.flatMap(({ data }) => ('code' in data ? [data['code']] : []))).toEqual([
      'self_approval',
      'digest_mismatch',
      'already_decided',
    ]);
  });

  it('lets what fits run at once, by the word of those who approved it', async () => {
    const grant = await active();
    const { body } = await propose();
    expect(body).toMatchObject({
      state: 'queued',
      approval: null,
      allowedBy: { kind: 'standing_grant', id: grant.id },
    });
    expect(await read(grant)).toMatchObject({ uses: 1, state: 'active' });
    const [told] = await activityOf(gateways.here, body.id);
    expect(told?.data).toMatchObject({ waits: false, allowedBy: { kind: 'standing_grant', id: grant.id } });
    const claimed = await device.api.post<{ commands: { grant: string }[] }>(
      '/api/v1/device/commands/claim',
      { waitMs: 5_000 },
    );
    expect(decodeJwt(claimed.body.commands[0]?.grant ?? '')).toMatchObject({
      jti: body.id,
      approvers: [ben.id],
      basis: 'standing_grant',
      standingGrantId: grant.id,
    });
  });

  it.each<[string, object, object]>([
    ['another type', {}, { type: 'flush_dns_cache', parameters: {} }],
    ['other parameters', { parameters: { service: 'printer' } }, {}],
    ['another device', { devices: { ids: ['till-8'] } }, {}],
    ['another label', { devices: { label: 'shop' } }, {}],
  ])('does not fit %s', async (_what, given, proposal) => {
    const grant = await active(given);
    expect((await propose(proposal)).body).toMatchObject({ state: 'awaiting_approval', allowedBy: null });
    expect(await read(grant)).toMatchObject({ uses: 0 });
  });

  it('goes by the labels and parameters of the moment', async () => {
    const grant = await active({ parameters: { service: 'kiosk' }, devices: { label: 'lab' } });
    expect((await propose()).body['state']).toBe('queued');
    await admin.send('PATCH', `${path}/devices/${device.id}`, { labels: [] });
    expect((await propose()).body['state']).toBe('awaiting_approval');
    expect(await read(grant)).toMatchObject({ uses: 1 });
  });

  it('is used exactly as often as it may be, whoever proposes at once and wherever', async () => {
    const grant = await active({ maxUses: 7 });
    const insist = async (n: number) => {
      const by = (n % 2 === 0 ? admin : admin.at(gateways.there.url)).with({
        'idempotency-key': `k${String(n)}`,
      });
      for (;;) {
        const answer = await propose(n % 3 === 0 ? { dedupeKey: `k${String(n)}` } : {}, by);
        // Who does not get hold of the device in time is told so, and tries again.
        if (answer.status !== 503) return answer;
      }
    };
    const proposals = await Promise.all(Array.from({ length: 30 }, (_, n) => insist(n)));
    const states = proposals.map(({ body }) => body['state']);
    expect(states.filter((state) => state === 'queued')).toHaveLength(7);
    expect(states.filter((state) => state === 'awaiting_approval')).toHaveLength(23);
    expect(await read(grant)).toMatchObject({ uses: 7, state: 'used_up' });
    expect((await propose()).body['state']).toBe('awaiting_approval');
  });

  it('is not used by a proposal that is refused or repeated', async () => {
    const grant = await active();
    await admin.post(`${path}/devices/${device.id}/suspend`);
    expect(codeOf(await propose())).toBe('device_not_active');
    await admin.post(`${path}/devices/${device.id}/resume`);
    const once = admin.with({ 'idempotency-key': 'once' });
    const [one, same] = [await propose({}, once), await propose({}, once)];
    expect(one.body.id).toBe(same.body.id);
    expect(await read(grant)).toMatchObject({ uses: 1 });
  });

  it('stops when it is revoked, once and for all', async () => {
    const grant = await active();
    const operator = await gateways.people.member(gateways.here, customerId, 'operator');
    const revoke = () => operator.api().post<StandingJson>(`${path}/standing-grants/${grant.id}/revoke`);
    expect([(await revoke()).body['state'], (await revoke()).status]).toEqual(['revoked', 200]);
    expect((await propose()).body['state']).toBe('awaiting_approval');
    expect(codeOf(await decide(eva.api(), grant))).toBe('already_decided');
  });

  it('stops while whoever approved it is not who the rule asks', async () => {
    const grant = await active();
    await gateways.people.give(gateways.here, customerId, ben, 'operator');
    expect((await propose()).body['state']).toBe('awaiting_approval');
    expect(await read(grant)).toMatchObject({ missing: 1, uses: 0 });
    await gateways.people.give(gateways.here, customerId, ben, 'approver');
    expect((await propose()).body['state']).toBe('queued');
  });

  it('lets nobody run by their own approval what they propose', async () => {
    const grant = await active();
    expect((await propose({}, ben.api())).body['state']).toBe('awaiting_approval');
    expect((await propose({}, eva.api())).body['state']).toBe('queued');
    expect(await read(grant)).toMatchObject({ uses: 1 });
  });

  it('that is denied lets nothing run', async () => {
    const { body: grant } = await request();
    const denied = await decide(ben.api(), grant, { approved: false, reason: 'not in the lab either' });
    expect(denied.body['state']).toBe('rejected');
    expect((await propose()).body['state']).toBe('awaiting_approval');
    const ended = await admin.post(`${path}/standing-grants/${grant.id}/revoke`);
    expect(codeOf(ended)).toBe('standing_grant_ended');
  });

  it('for something destructive asks for the second factor', async () => {
    const { body: grant } = await request({ type: 'run_script' });
    expect(codeOf(await decide(ben.api(), grant))).toBe('mfa_required');
    expect((await decide(ben.api(strongly), grant)).body['state']).toBe('active');
    const { body } = await propose({ type: 'run_script', parameters: { script: 'tidy' } });
    expect(body['state']).toBe('queued');
  });

  it.each<[string, object]>([
    ['no reason', { reason: ' ' }],
    ['too long a life', { expiresInMs: 2_592_000_001 }],
    ['too many uses', { maxUses: 1_001 }],
    ['no devices', { devices: { ids: [] } }],
    ['devices said twice', { devices: { label: 'lab', ids: ['till-7'] } }],
    ['a type that nobody knows', { type: 'dance' }],
    ['parameters that do not fit', { parameters: { sudo: true } }],
  ])('is not asked for with %s', async (_what, wrong) => {
    expect((await request(wrong)).status).toBe(400);
  });

  it('belongs to one customer, and is asked for by whoever proposes', async () => {
    const grant = await active();
    const stranger = (await gateways.people.customer(gateways.here)).admin.api(strongly);
    const answers = [
      await stranger.get(`${path}/standing-grants/${grant.id}`),
      await decide(stranger, grant),
      await stranger.post(`${path}/standing-grants/${grant.id}/revoke`),
    ];
    expect(answers.map(codeOf)).toEqual(['not_found', 'not_found', 'not_found']);
    expect((await stranger.get(`${path}/standing-grants`)).body['items']).toEqual([]);
    const viewer = await gateways.people.member(gateways.here, customerId, 'viewer');
    expect(codeOf(await request({}, viewer.api()))).toBe('forbidden');
    const list = await viewer.api().get<{ items: StandingJson[] }>(`${path}/standing-grants`);
    expect(list.body.items.map(({ id }) => id)).toEqual([grant.id]);
  });
});
