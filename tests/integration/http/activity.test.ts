import { subjectKinds } from '../../../src/domain/activity/activity-entry.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { ApiClient as Client, newDevice, propose } from '../../support/api-client.js';
import type { LoggedWorld } from './logged-world.js';
import { change, path, openLoggedWorld } from './logged-world.js';

let world: LoggedWorld;
let admin: ApiClient;
let device: TestDevice;

beforeAll(async () => {
  world = await openLoggedWorld();
  ({ admin, device } = world);
});
afterAll(() => world.close());

const refusals = async (commandId: string) =>
  (await world.log(`&subject=command:${commandId}`)).filter(
    ({ kind }) => kind === 'command.decision_refused',
  );

describe('the activity log', () => {
  it('is read by seq, by what an entry is about, and by who did it', async () => {
    const id = await propose(admin.with({ 'x-request-id': 'asked-1' }), device.id);
    const all = await world.log();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    const about = await world.log(`&subject=${id}`);
    expect(about).toMatchObject([
      { kind: 'command.proposed', actor: { kind: 'member', id: world.adminId }, requestId: 'asked-1' },
    ]);
    expect(await world.log(`&subject=command:${id}`)).toEqual(about);
    expect(await world.log(`&subject=device:${id}`)).toEqual([]);
    const newest = (await world.log('&order=newest')).map(({ seq }) => seq);
    expect(newest.slice(-all.length)).toEqual(all.map(({ seq }) => seq).reverse());
    const mine = await world.log(`&actor=member:${world.adminId}&after=2`);
    expect(mine.length).toBeGreaterThan(1);
    expect(mine.every(({ seq, actor }) => seq > 2 && actor.id === world.adminId)).toBe(true);
    const [one] = about;
    if (one === undefined) throw new Error('the proposal is not in the log');
    expect(Object.keys(one).sort()).toEqual(
      ['actor', 'at', 'data', 'hash', 'kind', 'prevHash', 'requestId', 'seq', 'subject'].sort(),
    );
    const next = await world.log(`&after=${one.seq}`);
    expect(next[0]?.['prevHash'] ?? one['hash']).toBe(one['hash']);
  });

  it('are found by whatever they are about', async () => {
    for (const kind of subjectKinds) {
      const found = await world.log(`&subject=${kind}:nothing-like-that`);
      expect(found).toEqual([]);
    }
  });

  it('refuses what it does not know', async () => {
    for (const query of [
      'after=-1',
      'after=x',
      'after=',
      'after=1e3',
      'subject=planet:earth',
      'actor=',
      'kind=x',
      'cursor=x',
      'order=loudest',
      'limit=101',
    ])
      expect(await admin.get(`${path}/activity?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    expect((await new Client(world.opened.url).get(`${path}/activity`)).status).toBe(401);
    expect((await new Client(world.opened.url).get(`${path}/activity/verify`)).status).toBe(401);
  });

  it('is verified, and a change past all locks is named', async () => {
    const sound = await admin.get<{ entries: number }>(`${path}/activity/verify`);
    expect(sound).toMatchObject({ status: 200, body: { ok: true, brokenAt: null } });
    const rewrite = async (to: string) => {
      await world.owner.query('begin; set local session_replication_role = replica');
      await world.owner.query(
        `update fieldgate.activity_entries set kind = ${to} where customer_id = $1 and seq = 2`,
        [world.customerId],
      );
      await world.owner.query('commit');
    };
    await rewrite(`kind || '!'`);
    expect(await admin.get(`${path}/activity/verify`)).toMatchObject({
      body: { ok: false, entries: sound.body.entries, brokenAt: 2 },
    });
    // Shown as it stands, whatever it is.
    expect((await world.log())[1]?.kind).toMatch(/!$/);
    await rewrite(`rtrim(kind, '!')`);
    expect(await admin.get(`${path}/activity/verify`)).toMatchObject({ body: { ok: true } });
  });

  it('has every refused vote, with who, why and under which request', async () => {
    const id = await propose(admin, device.id, change);
    const { body } = await admin.get<{ approval: { digest: string } }>(`${path}/commands/${id}`);
    const own = { approved: true, digest: body.approval.digest, reason: 'mine' };
    const answer = await admin
      .with({ 'x-request-id': 'vote-1' })
      .post(`${path}/approvals/${id}/decision`, own);
    expect([answer.status, answer.body['code']]).toEqual([403, 'self_approval']);
    const approver = await world.newMember('approver');
    const program = { ...approver, kind: 'service_account' } as const;
    const script = await propose(admin, device.id, { type: 'run_script', parameters: { script: 'tidy' } });
    await expect(world.decide(await world.newMember('operator'), id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(world.decide(program, id)).rejects.toMatchObject({ code: 'human_required' });
    await expect(world.decide(approver, id, { digest: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'digest_mismatch',
    });
    await expect(world.decide(approver, script)).rejects.toMatchObject({ code: 'mfa_required' });
    await world.decide(approver, id);
    await expect(world.decide(approver, id, { approved: false })).rejects.toMatchObject({
      code: 'already_decided',
    });
    expect(await refusals(id)).toMatchObject([
      {
        actor: { kind: 'member', id: world.adminId },
        requestId: 'vote-1',
        data: { code: 'self_approval', approved: true, reason: 'mine' },
      },
      { actor: { kind: 'member' }, requestId: 'the-request', data: { code: 'forbidden', reason: 'because' } },
      { actor: { kind: 'service_account', id: approver.id }, data: { code: 'human_required' } },
      { actor: { kind: 'member', id: approver.id }, data: { code: 'digest_mismatch' } },
      { actor: { kind: 'member', id: approver.id }, data: { code: 'already_decided', approved: false } },
    ]);
    expect(await refusals(script)).toMatchObject([{ data: { code: 'mfa_required' } }]);
  });

  it('is not filled by whoever repeats a refused vote or sign-in', async () => {
    const id = await propose(admin, device.id, change);
    const approver = await world.newMember('approver');
    const wrong = { digest: '0'.repeat(64) };
    const votes = await Promise.allSettled(
      Array.from({ length: 8 }, () => world.decide(approver, id, wrong)),
    );
    expect(votes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await refusals(id)).toHaveLength(1);
    const { id: deviceId } = await newDevice(admin);
    const signInWith = (deviceSecret: string) =>
      new Client(world.opened.url).post('/api/v1/device/auth', { deviceId, deviceSecret });
    await Promise.all(Array.from({ length: 5 }, () => signInWith('wrong')));
    const refused = (await world.log(`&subject=device:${deviceId}`)).filter(
      ({ kind }) => kind === 'device.sign_in_refused',
    );
    expect(refused).toMatchObject([
      { actor: { kind: 'gateway' }, requestId: expect.any(String), data: { code: 'invalid_credentials' } },
    ]);
  });
});
