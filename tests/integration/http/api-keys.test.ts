import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readActivity } from '../../contract/postgres-activity.js';
import type { Json } from '../../support/api-client.js';
import { ApiClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/people.js';
import { at, newCompany, newPeople } from '../../support/people.js';

interface CreatedKey extends Json {
  readonly id: string;
  readonly key: string;
}

const customer = '/api/v1/customer';
const keys = `${customer}/api-keys`;

let opened: OpenedGateway;
let database: pg.Client;
let boss: TestPerson;
let ann: TestPerson;

beforeAll(async () => {
  opened = await openGateway();
  database = new pg.Client({ connectionString: opened.config.DATABASE_URL });
  await database.connect();
  ({ boss, ann } = await newPeople(opened, ['boss', 'ann']));
});

afterAll(async () => {
  await database.end();
  await opened.close();
});

const said = ({ status, body }: { status: number; body: Json }) => [status, body['code']];
const withKey = (key: string): ApiClient => new ApiClient(opened.url, { authorization: `Bearer ${key}` });

async function newKey(customerId: string, role = 'operator', given: Json = {}): Promise<CreatedKey> {
  const answer = await at(boss, customerId).post<CreatedKey>(keys, { name: 'Robot', role, ...given });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

describe('an API key', () => {
  it('is shown once, in a form that scanners find, and kept as a hash', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { key, ...made } = await newKey(id, 'viewer', { expiresAt });
    expect(key).toMatch(/^fgk_[A-Za-z0-9_-]{43}$/);
    expect(made).toEqual({
      id: expect.any(String),
      name: 'Robot',
      role: 'viewer',
      createdAt: expect.any(String),
      expiresAt,
      lastUsedAt: null,
    });
    const list = await at(boss, id).get(keys);
    expect(list.body).toEqual({ items: [made], nextCursor: null });
    const { rows } = await database.query('select k::text as row from fieldgate.api_keys k where id = $1', [
      made.id,
    ]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(4));
    expect(JSON.stringify(opened.log)).not.toContain(key.slice(4));
    expect((await readActivity(database, id)).at(-1)).toMatchObject({
      kind: 'api_key.created',
      actor: { kind: 'member', id: boss.id },
      subject: { kind: 'api_key', id: made.id },
      data: JSON.stringify({ expiresAt, name: 'Robot', role: 'viewer' }),
    });
  });

  it('is made once for one idempotency key', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const keyed = at(boss, id).with({ 'idempotency-key': 'a-robot' });
    const answers = [
      await keyed.post(keys, { name: 'Robot', role: 'viewer' }),
      await keyed.post(keys, { name: 'Robot', role: 'viewer' }),
    ];
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect((await at(boss, id).get<{ items: Json[] }>(keys)).body.items).toHaveLength(1);
  });

  it.each([
    ['a role beyond operator', { name: 'Robot', role: 'approver' }],
    ['an end that is past', { name: 'Robot', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
    ['no name', { name: ' ', role: 'viewer' }],
    ['a field that nobody knows', { name: 'Robot', role: 'viewer', scope: '*' }],
  ])('is not made with %s', async (_what, body) => {
    const id = await newCompany(opened, { admin: [boss] });
    expect(said(await at(boss, id).post(keys, body))).toEqual([400, 'invalid_request']);
    expect((await at(boss, id).get(keys)).body).toMatchObject({ items: [] });
  });

  it('is made and revoked by admins alone, who are people', async () => {
    const id = await newCompany(opened, { admin: [boss], approver: [ann] });
    const { id: keyId, key } = await newKey(id);
    const body = { name: 'Robot', role: 'viewer' };
    expect([
      said(await at(ann, id).post(keys, body)),
      said(await at(ann, id).send('DELETE', `${keys}/${keyId}`)),
      said(await withKey(key).post(keys, body)),
      said(await withKey(key).send('DELETE', `${keys}/${keyId}`)),
    ]).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [403, 'human_required'],
      [403, 'human_required'],
    ]);
  });

  it('speaks for a service account of its customer', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const { id: keyId, key } = await newKey(id);
    expect((await withKey(key).get(`${customer}/me`)).body).toEqual({
      user: { id: keyId, email: null, name: 'Robot' },
      customerId: id,
      role: 'operator',
      authenticationLevel: null,
      customers: [{ id, name: 'Company', role: 'operator' }],
    });
    const named = (customerId: string) =>
      withKey(key).with({ 'x-customer-id': customerId }).get(`${customer}/me`);
    const other = await newCompany(opened, { admin: [boss] });
    expect(said(await named(id.toUpperCase()))).toEqual([200, undefined]);
    expect(said(await named(other))).toEqual([404, 'not_found']);
    expect(said(await named(randomUUID()))).toEqual([404, 'not_found']);
    expect(said(await named('acme'))).toEqual([400, 'invalid_request']);
  });

  it('proposes as an operator, and neither decides nor administers', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const [operator, viewer] = [await newKey(id), await newKey(id, 'viewer')];
    const { body } = await at(boss, id).post<{ device: { id: string } }>(`${customer}/devices/provision`, {
      name: 'Till',
    });
    const deviceId = body.device.id;
    await database.query(`update fieldgate.devices set lifecycle = 'active' where id = $1`, [deviceId]);
    const proposal = { type: 'restart_service', parameters: { service: 'kiosk' } };
    const path = `${customer}/devices/${deviceId}/commands`;
    expect(said(await withKey(viewer.key).post(path, proposal))).toEqual([403, 'forbidden']);
    const proposed = await withKey(operator.key).post<{ id: string; approval: { digest: string } }>(
      path,
      proposal,
    );
    expect(proposed).toMatchObject({
      status: 201,
      body: {
        state: 'awaiting_approval',
        proposedBy: { kind: 'service_account', id: operator.id, name: 'Robot' },
      },
    });
    const vote = { approved: true, digest: proposed.body.approval.digest };
    const decision = `${customer}/approvals/${proposed.body.id}/decision`;
    const settlement = { status: 'succeeded', reason: 'looked' };
    expect([
      said(await withKey(operator.key).post(decision, vote)),
      said(await withKey(operator.key).post(`${customer}/commands/${proposed.body.id}/settle`, settlement)),
      said(await withKey(operator.key).post(`${customer}/devices/provision`, { name: 'Till' })),
      said(await withKey(operator.key).send('PATCH', `${customer}/members/${boss.id}`, { role: 'viewer' })),
    ]).toEqual([
      [403, 'human_required'],
      [403, 'human_required'],
      [403, 'forbidden'],
      [403, 'human_required'],
    ]);
    expect((await at(boss, id).post(decision, vote)).status).toBe(200);
    expect((await readActivity(database, id)).find(({ kind }) => kind === 'command.proposed')).toMatchObject({
      actor: { kind: 'service_account', id: operator.id },
    });
  });

  it('opens nothing once it is revoked, and revoking it again changes nothing', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const { id: keyId, key } = await newKey(id);
    expect((await withKey(key).get(`${customer}/me`)).status).toBe(200);
    const revoke = () => at(boss, id).send('DELETE', `${keys}/${keyId}`);
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204]);
    expect(said(await withKey(key).get(`${customer}/me`))).toEqual([401, 'unauthenticated']);
    expect((await at(boss, id).get(keys)).body).toEqual({ items: [], nextCursor: null });
    const revoked = (await readActivity(database, id)).filter(({ kind }) => kind === 'api_key.revoked');
    expect(revoked).toMatchObject([{ subject: { kind: 'api_key', id: keyId }, actor: { id: boss.id } }]);
  });

  it('that is unknown, malformed, revoked or expired gets one answer', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const [expired, revoked] = [await newKey(id), await newKey(id)];
    await at(boss, id).send('DELETE', `${keys}/${revoked.id}`);
    await database.query('update fieldgate.api_keys set expires_at = now() where id = $1', [expired.id]);
    const answers = await Promise.all(
      [expired.key, revoked.key, `fgk_${'x'.repeat(43)}`, 'fgk_short'].map((key) =>
        withKey(key).with({ 'x-request-id': 'same' }).get(`${customer}/me`),
      ),
    );
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([401, answers[0]?.body]);
      expect(body['code']).toBe('unauthenticated');
    }
  });

  it('of another customer cannot be revoked, and goes on', async () => {
    const [ours, theirs] = [
      await newCompany(opened, { admin: [boss] }),
      await newCompany(opened, { admin: [boss] }),
    ];
    const { id: keyId, key } = await newKey(theirs);
    for (const stray of [keyId, randomUUID(), 'robot']) {
      expect(said(await at(boss, ours).send('DELETE', `${keys}/${stray}`))).toEqual([404, 'not_found']);
    }
    expect((await withKey(key).get(`${customer}/me`)).status).toBe(200);
  });

  it('notes its last use, at most once a minute', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const { id: keyId, key } = await newKey(id);
    const lastUse = async (): Promise<string | null> => {
      const { body } = await at(boss, id).get<{ items: { lastUsedAt: string | null }[] }>(keys);
      return body.items[0]?.lastUsedAt ?? null;
    };
    await withKey(key).get(`${customer}/me`);
    await eventually(async () => (await lastUse()) !== null);
    const first = await lastUse();
    await Promise.all([1, 2, 3].map(() => withKey(key).get(`${customer}/me`)));
    expect(await lastUse()).toBe(first);
    await database.query(
      `update fieldgate.api_keys set last_used_at = now() - interval '61 s' where id = $1`,
      [keyId],
    );
    await withKey(key).get(`${customer}/me`);
    await eventually(async () => ((await lastUse()) ?? '') > (first ?? ''));
  });

  it('has a budget of its own', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const [one, other] = [await newKey(id), await newKey(id)];
    const left = async (key: string): Promise<number> => {
      const { headers } = await withKey(key).get(`${customer}/me`);
      return Number(/"user";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const before = await left(one.key);
    expect([await left(one.key), await left(other.key)]).toEqual([before - 1, before]);
  });
});

describe('X-Customer-ID', () => {
  it('decides between several customers, and names one or is refused', async () => {
    const [first, second] = [
      await newCompany(opened, { admin: [ann] }),
      await newCompany(opened, { viewer: [ann], admin: [boss] }),
    ];
    const role = async (customerId: string) => (await at(ann, customerId).get(`${customer}/me`)).body['role'];
    expect([await role(first), await role(second)]).toEqual(['admin', 'viewer']);
    const list = (customerId: string) => at(ann, customerId).get(`${customer}/members`);
    expect([
      said(await ann.api.get(`${customer}/members`)),
      said(await list('acme')),
      said(await list('')),
      said(await list(`${first},${second}`)),
      said(await list(randomUUID())),
    ]).toEqual([
      [400, 'customer_required'],
      [400, 'invalid_request'],
      [400, 'invalid_request'],
      [400, 'invalid_request'],
      [404, 'not_found'],
    ]);
  });
});
