import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DecideCommand } from '../../../src/application/approval/decide-command.js';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { use } from '../../../src/composition/provide.js';
import { activityKinds } from '../../../src/domain/activity/activity-entry.js';
import type { Principal } from '../../../src/domain/customer/principal.js';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { ApiClient as Client, claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/customer';
const change = { type: 'restart_service', parameters: { service: 'kiosk' } };

interface Entry extends Json {
  readonly seq: number;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly data: Json;
  readonly requestId: string | null;
}

let opened: OpenedGateway;
let owner: pg.Client;
let admin: ApiClient;
let adminId: string;
let customerId: string;
let device: TestDevice;

beforeAll(async () => {
  opened = await openGateway({ environment: { RATE_SIGN_IN_PER_ADDRESS: '100000' } });
  owner = new pg.Client({ connectionString: opened.config.DATABASE_URL });
  await owner.connect();
  admin = await signIn(opened.url);
  const { body } = await admin.get<{ customerId: string; user: { id: string } }>(`${path}/me`);
  customerId = body.customerId;
  adminId = body.user.id;
  device = await newDevice(admin);
});
afterAll(async () => {
  await owner.end();
  await opened.close();
});

async function log(query = ''): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await admin.get<{ items: Entry[]; nextCursor: string | null }>(
      `${path}/activity?limit=100${query}${at}`,
    );
    expect(answer.status).toBe(200);
    entries.push(...answer.body.items);
    cursor = answer.body.nextCursor;
  }
  return entries;
}

const person = (id: string, role: 'operator' | 'approver', aal: 'aal1' | 'aal2'): Principal => ({
  kind: 'member',
  id,
  name: 'Somebody',
  customerId,
  role,
  aal,
});

/** A person of the customer who is known to the gateway alone, and so is not bound to a sign-in. */
async function newMember(role: 'operator' | 'approver', aal: 'aal1' | 'aal2' = 'aal1'): Promise<Principal> {
  const id = randomUUID();
  await use(opened.container, AddMember).execute({
    member: { userId: id, name: 'Somebody', customerId, role },
    cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
  });
  return person(id, role, aal);
}

async function decide(
  principal: Principal,
  commandId: string,
  given: { approved?: boolean; digest?: string } = {},
) {
  const { body } = await admin.get<{ approval: { digest: string } }>(`${path}/commands/${commandId}`);
  return use(opened.container, DecideCommand).execute({
    caller: { principal, requestId: 'the-request' },
    commandId,
    approved: true,
    digest: body.approval.digest,
    reason: 'because',
    ...given,
  });
}

const refusals = async (commandId: string) =>
  (await log(`&subject=command:${commandId}`)).filter(({ kind }) => kind === 'command.decision_refused');

describe('the activity log', () => {
  it('is read by seq, by what an entry is about, and by who did it', async () => {
    const id = await propose(admin.with({ 'x-request-id': 'asked-1' }), device.id);
    const all = await log();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    const about = await log(`&subject=${id}`);
    expect(about).toMatchObject([
      { kind: 'command.proposed', actor: { kind: 'member', id: adminId }, requestId: 'asked-1' },
    ]);
    expect(await log(`&subject=command:${id}`)).toEqual(about);
    expect(await log(`&subject=device:${id}`)).toEqual([]);
    const mine = await log(`&actor=member:${adminId}&after=2`);
    expect(mine.length).toBeGreaterThan(1);
    expect(mine.every(({ seq, actor }) => seq > 2 && actor.id === adminId)).toBe(true);
    const [one] = about;
    if (one === undefined) throw new Error('the proposal is not in the log');
    expect(Object.keys(one).sort()).toEqual(
      ['actor', 'at', 'data', 'hash', 'kind', 'prevHash', 'requestId', 'seq', 'subject'].sort(),
    );
    const next = await log(`&after=${one.seq}`);
    expect(next[0]?.['prevHash'] ?? one['hash']).toBe(one['hash']);
  });

  it('refuses what it does not know', async () => {
    for (const query of [
      'after=-1',
      'after=x',
      'subject=planet:earth',
      'actor=',
      'kind=x',
      'cursor=x',
      'limit=101',
    ])
      expect(await admin.get(`${path}/activity?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    expect((await new Client(opened.url).get(`${path}/activity`)).status).toBe(401);
    expect((await new Client(opened.url).get(`${path}/activity/verify`)).status).toBe(401);
  });

  it('is verified, and a change past all locks is named', async () => {
    const sound = await admin.get<{ entries: number }>(`${path}/activity/verify`);
    expect(sound).toMatchObject({ status: 200, body: { ok: true, brokenAt: null } });
    const rewrite = async (to: string) => {
      await owner.query('begin; set local session_replication_role = replica');
      await owner.query(
        `update fieldgate.activity_entries set kind = ${to} where customer_id = $1 and seq = 2`,
        [customerId],
      );
      await owner.query('commit');
    };
    await rewrite(`kind || '!'`);
    expect(await admin.get(`${path}/activity/verify`)).toMatchObject({
      body: { ok: false, entries: sound.body.entries, brokenAt: 2 },
    });
    // Shown as it stands, whatever it is.
    expect((await log())[1]?.kind).toMatch(/!$/);
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
    const approver = await newMember('approver');
    const program = { ...approver, kind: 'service_account' } as const;
    const script = await propose(admin, device.id, { type: 'run_script', parameters: { script: 'tidy' } });
    await expect(decide(await newMember('operator'), id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(decide(program, id)).rejects.toMatchObject({ code: 'human_required' });
    await expect(decide(approver, id, { digest: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'digest_mismatch',
    });
    await expect(decide(approver, script)).rejects.toMatchObject({ code: 'mfa_required' });
    await decide(approver, id);
    await expect(decide(approver, id, { approved: false })).rejects.toMatchObject({
      code: 'already_decided',
    });
    expect(await refusals(id)).toMatchObject([
      {
        actor: { kind: 'member', id: adminId },
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
    const approver = await newMember('approver');
    const wrong = { digest: '0'.repeat(64) };
    const votes = await Promise.allSettled(Array.from({ length: 8 }, () => decide(approver, id, wrong)));
    expect(votes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await refusals(id)).toHaveLength(1);
    const { id: deviceId } = await newDevice(admin);
    const signInWith = (deviceSecret: string) =>
      new Client(opened.url).post('/api/v1/device/auth', { deviceId, deviceSecret });
    await Promise.all(Array.from({ length: 5 }, () => signInWith('wrong')));
    const refused = (await log(`&subject=device:${deviceId}`)).filter(
      ({ kind }) => kind === 'device.sign_in_refused',
    );
    expect(refused).toMatchObject([
      { actor: { kind: 'gateway' }, requestId: expect.any(String), data: { code: 'invalid_credentials' } },
    ]);
  });

  it('has every kind of entry, each made by what people, devices and time do', async () => {
    const under = `${path}/devices/${device.id}`;
    const posted = async (by: ApiClient, to: string, body?: object) => {
      const answer = await by.post(to, body);
      if (answer.status >= 300) throw new Error(`${to} was refused: ${JSON.stringify(answer.body)}`);
      return answer;
    };
    const report = (id: string, claimToken: string) =>
      posted(device.api, `/api/v1/device/commands/${id}/result`, { claimToken, status: 'succeeded' });
    const taken = async (body: object = {}) => {
      const [command] = await claim(device.api, body);
      if (command === undefined) throw new Error('nothing was there to claim');
      return command;
    };
    await claim(device.api, { limit: 10 });

    // Devices.
    await posted(admin, `${under}/activation-code`);
    await admin.send('PATCH', under, { name: 'Renamed' });
    await posted(device.api, '/api/v1/device/secret/rotate');
    await posted(admin, `${under}/queue/pause`, { reason: 'works' });
    await posted(admin, `${under}/queue/resume`);
    const other = await newDevice(admin);
    await admin.send('DELETE', `${path}/devices/${other.id}/tokens`);
    for (const act of ['suspend', 'resume', 'retire'])
      await posted(admin, `${path}/devices/${other.id}/${act}`);

    // Votes.
    const approver = await newMember('approver', 'aal2');
    await decide(approver, await propose(admin, device.id, change));
    await decide(approver, await propose(admin, device.id, change), { approved: false });

    // Claims that end, are given back, lapse, are taken up again, are called off.
    for (const { id, claimToken } of await claim(device.api, { limit: 10 })) await report(id, claimToken);
    await propose(admin, device.id);
    const first = await taken();
    await posted(device.api, `/api/v1/device/commands/${first.id}/release`, { claimToken: first.claimToken });
    const second = await taken({ visibilityTimeoutMs: 1_000 });
    await eventually(async () => {
      if ((await stateOf(admin, second.id)) !== 'queued') throw new Error('it has not lapsed');
    });
    await eventually(async () => {
      if ((await log(`&subject=${second.id}`)).every(({ kind }) => kind !== 'command.lapsed'))
        throw new Error('nobody has noted it');
    });
    await posted(device.api, `/api/v1/device/commands/${second.id}/extend`, {
      claimToken: second.claimToken,
      extensionMs: 60_000,
    });
    await posted(admin, `${path}/commands/${second.id}/cancel`, {});
    await posted(device.api, `/api/v1/device/commands/${second.id}/result`, {
      claimToken: second.claimToken,
      status: 'cancelled',
    });
    await posted(admin, `${path}/commands/${await propose(admin, device.id)}/cancel`, {});

    // What nobody knows the end of.
    const script = await propose(admin, device.id, { type: 'run_script', parameters: { script: 'tidy' } });
    await decide(approver, script);
    await taken({ visibilityTimeoutMs: 1_000 });
    await eventually(async () => {
      if ((await stateOf(admin, script)) !== 'unknown_outcome') throw new Error('it has not lapsed');
    });
    await posted(admin, `${path}/commands/${script}/settle`, { status: 'failed', reason: 'It was off.' });

    // What nobody began in time, by the clock of the record.
    const late = await propose(admin, device.id);
    const clock = (later: string) =>
      owner.query(
        `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
         return pg_catalog.date_trunc('milliseconds', pg_catalog.now()${later})`,
      );
    await clock(` + interval '2 hours'`);
    await claim(device.api);
    await clock('');
    expect((await log(`&subject=${late}`)).map(({ kind }) => kind)).toContain('command.expired');

    const entries = await log();
    const made = new Set(entries.map(({ kind }) => kind));
    expect(activityKinds.filter((kind) => !made.has(kind))).toEqual([]);
    for (const { actor, requestId } of entries)
      if (actor.kind === 'member' || actor.kind === 'device') expect(requestId).toEqual(expect.any(String));
    expect(await admin.get(`${path}/activity/verify`)).toMatchObject({ body: { ok: true } });
  });
});
