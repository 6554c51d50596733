import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import pg from 'pg';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { newDevice } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import type { TestPerson, TokenPeople } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';

const path = '/api/v1/customer';
const policyPath = `${path}/approval-policy`;
const rule = {
  approvals: 1,
  roles: ['approver', 'admin'],
  selfApproval: false,
  mfa: false,
  windowMs: 900_000,
  reasonRequired: false,
};
const defaults = {
  read: { ...rule, approvals: 0 },
  change: rule,
  destructive: { ...rule, mfa: true },
};
const restart = { type: 'restart_service', parameters: { service: 'kiosk' } };

let both: TwoGateways;
let people: TokenPeople;
let gateway: OpenedGateway;
let other: OpenedGateway;

beforeAll(async () => {
  both = await openTwoGateways();
  [people, gateway, other] = [both.people, both.here, both.there];
});

afterAll(() => both.close());

interface Shop {
  readonly id: string;
  readonly person: TestPerson;
  readonly admin: ApiClient;
  readonly device: TestDevice;
}

async function newShop(): Promise<Shop> {
  const { id, admin: person } = await people.customer(gateway);
  const admin = person.api();
  return { id, person, admin, device: await newDevice(admin) };
}

const put = (by: ApiClient, body: object, ifMatch?: string) =>
  by.with(ifMatch === undefined ? {} : { 'if-match': ifMatch }).send('PUT', policyPath, body);
const propose = (by: ApiClient, { device }: Shop, body: object = restart) =>
  by.post<Json & { approval: Json | null }>(`${path}/devices/${device.id}/commands`, body);

describe('the approval policy of a customer', () => {
  it('is the default one at first, and read by any role', async () => {
    const { id } = await newShop();
    const viewer = await people.member(gateway, id, 'viewer');
    const { status, body, headers } = await viewer.api().get(policyPath);
    expect([status, body, headers.get('etag')]).toEqual([200, { version: 1, ...defaults }, '"1"']);
  });

  it('is changed by an admin who has read it, and the change is in the log', async () => {
    const { admin, person, id } = await newShop();
    const wanted = { ...defaults, change: { ...rule, approvals: 2, roles: ['admin'], reasonRequired: true } };
    const { status, body, headers } = await put(admin, wanted, '"1"');
    expect([status, body, headers.get('etag')]).toEqual([200, { version: 2, ...wanted }, '"2"']);
    const read = await admin.at(other.url).get(policyPath);
    expect([read.body, read.headers.get('etag')]).toEqual([{ version: 2, ...wanted }, '"2"']);
    expect(await changesOf(id)).toEqual([
      {
        actor: person.id,
        subject: id,
        data: { version: 2, from: defaults, to: wanted },
      },
    ]);
  });

  it('is not changed by what it says already, in whatever order', async () => {
    const { admin, id } = await newShop();
    const same = { ...defaults, change: { ...rule, roles: ['admin', 'approver', 'admin'].slice(0, 2) } };
    for (const body of [defaults, same]) {
      const answer = await put(admin, body, '"1"');
      expect([answer.status, answer.body['version'], answer.headers.get('etag')]).toEqual([200, 1, '"1"']);
    }
    expect(await changesOf(id)).toEqual([]);
  });

  it.each([
    ['nothing', undefined, 428, 'precondition_required'],
    ['an older version', '"0"', 412, 'policy_changed'],
    ['a weak tag', 'W/"1"', 412, 'policy_changed'],
    ['no tag', '1', 400, 'invalid_request'],
    ['one of several', '"0", "1"', 200, undefined],
    ['whatever there is', '*', 200, undefined],
  ])('is changed on If-Match with %s as RFC 9110 and 6585 say', async (_what, ifMatch, status, code) => {
    const { admin } = await newShop();
    const answer = await put(admin, { ...defaults, read: rule }, ifMatch);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('is changed by one of two who read the same', async () => {
    const { admin } = await newShop();
    const ask = (approvals: number, url: string) =>
      put(admin.at(url), { ...defaults, read: { ...rule, approvals } }, '"1"');
    const statuses = await Promise.all([ask(1, gateway.url), ask(2, other.url), ask(3, gateway.url)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it.each([
    ['too large a quorum', { approvals: 6 }],
    ['a quorum below none', { approvals: -1 }],
    ['half a person', { approvals: 1.5 }],
    ['a quorum of nobody', { roles: [] }],
    ['a role that cannot decide', { roles: ['operator'] }],
    ['a role that cannot decide beside one that can', { roles: ['approver', 'viewer'] }],
    ['too short a window', { windowMs: 59_999 }],
    ['too long a window', { windowMs: 86_400_001 }],
    ['a word for a truth', { mfa: 'yes' }],
    ['a field that nobody knows', { sudo: true }],
  ])('is not changed to %s', async (_what, wrong) => {
    const { admin } = await newShop();
    const { status, body } = await put(admin, { ...defaults, change: { ...rule, ...wrong } }, '"1"');
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
    expect((await admin.get(policyPath)).body['version']).toBe(1);
  });

  it.each([
    ['without a risk', { read: rule, change: rule }],
    ['with a version', { ...defaults, version: 1 }],
    ['with part of a rule', { ...defaults, read: { approvals: 0 } }],
  ])('is not changed %s', async (_what, body) => {
    const { admin } = await newShop();
    expect(await put(admin, body, '"1"')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it.each(['viewer', 'operator', 'approver'] as const)(
    'is not changed by somebody who is %s',
    async (role) => {
      const { id } = await newShop();
      const member = await people.member(gateway, id, role);
      const answer = await put(member.api(), { ...defaults, read: rule }, '"1"');
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    },
  );

  it('is each customer’s own', async () => {
    const [one, another] = [await newShop(), await newShop()];
    await put(one.admin, { ...defaults, read: rule }, '"1"');
    expect((await another.admin.get(policyPath)).body).toEqual({ version: 1, ...defaults });
    const outsider = one.admin.with({ 'x-customer-id': another.id });
    expect([(await outsider.get(policyPath)).status, (await put(outsider, defaults, '"1"')).status]).toEqual([
      404, 404,
    ]);
  });
});

describe('a changed policy', () => {
  it('holds for every proposal that begins after the answer, on every gateway', async () => {
    const shop = await newShop();
    const here = shop.admin;
    const there = here.at(other.url);
    for (let version = 1; version <= 8; version += 1) {
      // Both know the policy by heart before it changes.
      await Promise.all([propose(here, shop), propose(there, shop)]);
      const approvals = (version + 1) % 5;
      const changer = version % 2 === 0 ? here : there;
      const changed = await put(changer, { ...defaults, change: { ...rule, approvals } }, `"${version}"`);
      const proposals = await Promise.all(
        Array.from({ length: 10 }, (_, n) => propose(n % 2 === 0 ? here : there, shop)),
      );
      expect(changed.status).toBe(200);
      for (const { status, body } of proposals) {
        expect([status, body.approval?.['required'] ?? 0]).toEqual([201, approvals]);
      }
    }
  });

  it('holds for what takes the place of another command, and for what is redriven', async () => {
    const shop = await newShop();
    const there = shop.admin.at(other.url);
    const first = await propose(there, shop, { ...restart, dedupeKey: 'kiosk' });
    await put(shop.admin, { ...defaults, change: { ...rule, approvals: 3 } }, '"1"');
    const second = await propose(there, shop, { ...restart, dedupeKey: 'kiosk' });
    expect(second.body.approval).toMatchObject({ required: 3 });
    expect((await there.get(`${path}/commands/${String(first.body['id'])}`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'superseded',
    });
    await put(shop.admin, { ...defaults, change: { ...rule, approvals: 4 } }, '"2"');
    const redriven = await there.post(`${path}/commands/${String(first.body['id'])}/redrive`);
    expect(redriven.body['approval']).toMatchObject({ required: 4 });
  });

  it('leaves what waits already under its own rule', async () => {
    const shop = await newShop();
    const { body } = await propose(shop.admin, shop);
    await put(shop.admin, { ...defaults, change: { ...rule, approvals: 5 } }, '"1"');
    const approver = await people.member(gateway, shop.id, 'approver');
    const vote = { approved: true, digest: body.approval?.['digest'] };
    const decided = await approver.api().post(`${path}/approvals/${String(body['id'])}/decision`, vote);
    expect(decided).toMatchObject({ status: 200, body: { state: 'queued', approval: { required: 1 } } });
  });

  it('is named by the envelope and by the grant', async () => {
    const shop = await newShop();
    await put(shop.admin, { ...defaults, change: { ...rule, approvals: 0 }, read: rule }, '"1"');
    const free = await propose(shop.admin, shop);
    expect(free.body).toMatchObject({ state: 'queued', approval: null });
    const { body: claimed } = await shop.device.api.post<{ commands: { grant: string }[] }>(
      '/api/v1/device/commands/claim',
      { waitMs: 5_000 },
    );
    expect(decodeJwt(claimed.commands[0]?.grant ?? '')).toMatchObject({
      envelope: { policyVersion: 2 },
      approvers: [],
    });
    await propose(shop.admin, shop, { type: 'system_info', parameters: {} });
    const { body } = await shop.admin.get<{ items: Json[] }>(`${path}/approvals`);
    expect(body.items).toMatchObject([{ envelope: { policyVersion: 2, risk: 'read' } }]);
  });
});

/** What the log of the customer tells of its policy. */
async function changesOf(customerId: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: gateway.config.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<{ actor: string; subject: string; data: string }>(
    `select actor_id as actor, subject_id as subject, data from fieldgate.activity_entries
     where customer_id = $1 and kind = 'policy.changed' order by seq`,
    [customerId],
  );
  await client.end();
  return rows.map(({ data, ...entry }) => ({ ...entry, data: JSON.parse(data) as object }));
}
