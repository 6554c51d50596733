import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readActivity } from '../../contract/postgres-activity.js';
import type { Json } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/people.js';
import { at, newCompany, newPeople } from '../../support/people.js';

const members = '/api/v1/customer/members';

let opened: OpenedGateway;
let database: pg.Client;
let boss: TestPerson;
let ann: TestPerson;
let bea: TestPerson;

beforeAll(async () => {
  opened = await openGateway();
  database = new pg.Client({ connectionString: opened.config.DATABASE_URL });
  await database.connect();
  ({ boss, ann, bea } = await newPeople(opened, ['boss', 'ann', 'bea']));
});

afterAll(async () => {
  await database.end();
  await opened.close();
});

const said = ({ status, body }: { status: number; body: Json }) => [status, body['code']];
const factsOf = ({ kind, data }: { kind: string; data: string }) => [kind, JSON.parse(data) as unknown];

describe('members over HTTP', () => {
  it('are listed by name, page by page, for any role', async () => {
    const id = await newCompany(opened, { admin: [boss], viewer: [ann] });
    const first = await at(ann, id).get<{ items: Json[]; nextCursor: string }>(`${members}?limit=1`);
    expect(first.body.items).toEqual([{ userId: boss.id, name: 'The admin', role: 'admin' }]);
    const second = await at(ann, id).get(`${members}?cursor=${first.body.nextCursor}`);
    expect(second.body).toEqual({
      items: [{ userId: ann.id, name: 'The viewer', role: 'viewer' }],
      nextCursor: null,
    });
    expect(said(await at(ann, id).get(`${members}?cursor=elsewhere`))).toEqual([400, 'invalid_request']);
  });

  it('are added by an admin, by id or by address, and may work at once', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const byId = await at(boss, id)
      .with({ 'x-request-id': 'adding-ann' })
      .post(members, { userId: ann.id.toUpperCase(), name: 'Ann', role: 'operator' });
    expect([byId.status, byId.body]).toEqual([201, { userId: ann.id, name: 'Ann', role: 'operator' }]);
    const body = { email: bea.email.toUpperCase(), name: 'Bea', role: 'viewer' };
    const byAddress = await at(boss, id).post(members, body);
    expect([byAddress.status, byAddress.body]).toEqual([
      201,
      { userId: bea.id, name: 'Bea', role: 'viewer' },
    ]);
    expect((await at(ann, id).get(members)).status).toBe(200);
    expect((await readActivity(database, id)).at(-2)).toMatchObject({
      kind: 'member.added',
      actor: { kind: 'member', id: boss.id },
      subject: { kind: 'member', id: ann.id },
      requestId: 'adding-ann',
    });
  });

  it('are added once for one idempotency key, and a second time only as they are', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const body = { userId: randomUUID(), name: 'Ann', role: 'operator' };
    const keyed = at(boss, id).with({ 'idempotency-key': 'add-ann' });
    expect((await keyed.post(members, body)).status).toBe(201);
    const again = await keyed.post(members, body);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect((await at(boss, id).post(members, body)).status).toBe(201);
    expect(said(await at(boss, id).post(members, { ...body, role: 'admin' }))).toEqual([
      409,
      'member_exists',
    ]);
    expect(await readActivity(database, id)).toHaveLength(1);
  });

  it.each([
    ['neither id nor address', { name: 'Ann', role: 'viewer' }],
    ['both', { userId: randomUUID(), email: 'a@test.example', name: 'Ann', role: 'viewer' }],
    ['a role that is none', { userId: randomUUID(), name: 'Ann', role: 'owner' }],
    ['a field that nobody knows', { userId: randomUUID(), name: 'Ann', role: 'viewer', aal: 'aal2' }],
  ])('are not added with %s', async (_what, body) => {
    const id = await newCompany(opened, { admin: [boss] });
    expect(said(await at(boss, id).post(members, body))).toEqual([400, 'invalid_request']);
  });

  it('are not invited by the local identity, whose operator makes the accounts', async () => {
    const id = await newCompany(opened, { admin: [boss] });
    const answer = await at(boss, id).post(members, { email: 'no@test.example', name: 'No', role: 'viewer' });
    expect(said(answer)).toEqual([404, 'person_unknown']);
    expect(answer.body['detail']).toContain('fieldgate user create');
  });

  it('are changed by an admin alone, and it counts at once', async () => {
    const id = await newCompany(opened, { admin: [boss], approver: [ann] });
    const where = `${members}/${ann.id}`;
    expect(said(await at(ann, id).send('PATCH', where, { role: 'admin' }))).toEqual([403, 'forbidden']);
    const changed = await at(boss, id).send('PATCH', where, { role: 'viewer', name: 'Vi' });
    expect([changed.status, changed.body]).toEqual([200, { userId: ann.id, name: 'Vi', role: 'viewer' }]);
    const me = await at(ann, id).get('/api/v1/customer/me');
    expect(me.body).toMatchObject({ role: 'viewer', user: { name: 'Vi' } });
    expect((await at(boss, id).send('PATCH', where, {})).body).toEqual(changed.body);
    const nobody = await at(boss, id).send('PATCH', `${members}/${randomUUID()}`, {});
    expect(said(nobody)).toEqual([404, 'not_found']);
    expect((await readActivity(database, id)).map(factsOf)).toEqual([
      ['member.role_changed', { from: 'approver', role: 'viewer' }],
      ['member.renamed', { name: 'Vi' }],
    ]);
  });

  it('who are removed are out with their next request', async () => {
    const id = await newCompany(opened, { admin: [boss], operator: [ann] });
    expect((await at(ann, id).get(members)).status).toBe(200);
    const answer = await at(boss, id).send('DELETE', `${members}/${ann.id}`);
    expect(answer.status).toBe(204);
    expect(said(await at(ann, id).get(members))).toEqual([404, 'not_found']);
    expect(said(await at(boss, id).send('DELETE', `${members}/${ann.id}`))).toEqual([404, 'not_found']);
    expect((await readActivity(database, id)).at(-1)).toMatchObject({
      kind: 'member.removed',
      actor: { kind: 'member', id: boss.id },
      subject: { kind: 'member', id: ann.id },
      data: JSON.stringify({ name: 'The operator', role: 'operator' }),
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('of another customer are not found, and nothing happens to them', async () => {
    const ours = await newCompany(opened, { admin: [boss] });
    const theirs = await newCompany(opened, { admin: [bea], viewer: [ann] });
    const where = `${members}/${ann.id}`;
    const answers = [
      await at(boss, ours).send('PATCH', where, { role: 'admin' }),
      await at(boss, ours).send('DELETE', where),
      await at(boss, theirs).send('DELETE', where),
    ];
    expect(answers.map(said)).toEqual([1, 2, 3].map(() => [404, 'not_found']));
    const { body } = await at(bea, theirs).get<{ items: Json[] }>(members);
    expect(body.items.map(({ userId, role }) => [userId, role])).toEqual([
      [bea.id, 'admin'],
      [ann.id, 'viewer'],
    ]);
  });
});

describe('the last admin', () => {
  it('can be neither removed nor demoted, and may be renamed', async () => {
    const id = await newCompany(opened, { admin: [boss], approver: [ann] });
    const where = `${members}/${boss.id}`;
    expect(said(await at(boss, id).send('DELETE', where))).toEqual([409, 'last_admin']);
    expect(said(await at(boss, id).send('PATCH', where, { role: 'approver' }))).toEqual([409, 'last_admin']);
    expect((await at(boss, id).send('PATCH', where, { role: 'admin', name: 'Chief' })).status).toBe(200);
  });

  it('may leave once there is another', async () => {
    const id = await newCompany(opened, { admin: [boss, ann] });
    expect((await at(boss, id).send('DELETE', `${members}/${boss.id}`)).status).toBe(204);
  });

  const adminsOf = async (id: string): Promise<number> => {
    const counted = `select 1 from fieldgate.members where customer_id = $1 and role = 'admin'`;
    return (await database.query(counted, [id])).rows.length;
  };

  it.each([
    ['remove each other', 'DELETE', undefined],
    ['demote each other', 'PATCH', { role: 'viewer' }],
  ])('stays when two %s at once', async (_what, method, body) => {
    for (let round = 0; round < 10; round += 1) {
      const id = await newCompany(opened, { admin: [boss, ann] });
      const answers = await Promise.all([
        at(boss, id).send(method, `${members}/${ann.id}`, body),
        at(ann, id).send(method, `${members}/${boss.id}`, body),
      ]);
      // Whoever comes second has lost the role by which they asked.
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(await adminsOf(id)).toBe(1);
    }
  });

  it('stays when two leave at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await newCompany(opened, { admin: [boss, ann] });
      const answers = await Promise.all(
        [boss, ann].map((person) => at(person, id).send('DELETE', `${members}/${person.id}`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await adminsOf(id)).toBe(1);
    }
  });
});
