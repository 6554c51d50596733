import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DecideStandingGrant } from '../../../src/application/approval/decide-standing-grant.js';
import { BreakGlass } from '../../../src/application/command/break-glass.js';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { use } from '../../../src/composition/provide.js';
import { activityKinds } from '../../../src/domain/activity/activity-entry.js';
import { eventually } from '../../support/eventually.js';
import { signedIn } from '../../support/signed-in.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { ApiClient as Client, claim, newDevice, propose, stateOf } from '../../support/api-client.js';
import type { LoggedWorld } from './logged-world.js';
import { byHand, change, path, openLoggedWorld } from './logged-world.js';

let world: LoggedWorld;
let admin: ApiClient;
let device: TestDevice;

beforeAll(async () => {
  world = await openLoggedWorld();
  ({ admin, device } = world);
});
afterAll(() => world.close());

describe('the activity log', () => {
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
    const approver = await world.newMember('approver', 'aal2');
    await world.decide(approver, await propose(admin, device.id, change));
    await world.decide(approver, await propose(admin, device.id, change), { approved: false });

    // People, programs, and what the customer asks for.
    const someone = randomUUID();
    await posted(admin, `${path}/members`, { userId: someone, name: 'Kim', role: 'viewer' });
    for (const update of [{ role: 'operator' }, { name: 'Kim Lee' }])
      await admin.send('PATCH', `${path}/members/${someone}`, update);
    await admin.send('DELETE', `${path}/members/${someone}`);
    const key = await posted(admin, `${path}/api-keys`, { name: 'Nightly', role: 'viewer' });
    await admin.send('DELETE', `${path}/api-keys/${String(key.body['id'])}`);
    const policy = await admin.get(`${path}/approval-policy`);
    const { read, change: asked, destructive } = policy.body as Readonly<Record<string, object>>;
    await admin
      .with({ 'if-match': policy.headers.get('etag') ?? '' })
      .send('PUT', `${path}/approval-policy`, {
        read,
        change: { ...asked, windowMs: 600_000 },
        destructive,
      });

    // Words given beforehand, and none at all.
    const beforehand = async (approved: boolean) => {
      const { body } = await posted(admin, `${path}/standing-grants`, {
        type: 'flush_dns_cache',
        devices: { label: 'lab' },
        expiresInMs: 3_600_000,
        maxUses: 2,
        reason: 'The lab is ours.',
      });
      const { id, approval } = body as { id: string; approval: { digest: string } };
      const caller = { principal: approver, requestId: 'standing', signIn: signedIn(approver.id) };
      const vote = { approved, digest: approval.digest, reason: null };
      const decide = use(world.opened.container, DecideStandingGrant);
      await decide.execute({ caller, id, ...vote });
      // It is decided by now.
      const late = decide.execute({ caller, id, ...vote, approved: !approved });
      await expect(late).rejects.toMatchObject({ code: 'already_decided' });
      return id;
    };
    await beforehand(false);
    await posted(admin, `${path}/standing-grants/${await beforehand(true)}/revoke`);
    const breaker = { ...(await world.newMember('approver', 'aal2')), role: 'admin' } as const;
    await use(world.opened.container, AddMember).execute({
      member: { userId: breaker.id, name: 'Somebody', customerId: world.customerId, role: 'admin' },
      cause: byHand,
    });
    const broken = await use(world.opened.container, BreakGlass).execute({
      caller: { principal: breaker, requestId: 'broken', signIn: signedIn(breaker.id) },
      commandId: randomUUID(),
      deviceId: device.id,
      ...change,
      reason: 'The shop stands still.',
    });
    await posted(admin, `${path}/break-glass/${broken.id}/review`, { verdict: 'justified', note: 'It was.' });

    // Sessions.
    const session = async (expiresInMs: number) => {
      const asked = { deviceId: device.id, type: 'diagnostic', expiresInMs };
      return String((await posted(admin, `${path}/sessions`, asked)).body['id']);
    };
    await posted(admin, `${path}/sessions/${await session(60_000)}/close`);
    const short = await session(1_000);
    await eventually(async () => {
      if ((await world.log(`&subject=session:${short}`)).every(({ kind }) => kind !== 'session.expired'))
        throw new Error('nobody has noted that it is over');
    });

    // What is refused.
    const wrong = world.decide(approver, await propose(admin, device.id, change), { digest: '0'.repeat(64) });
    await expect(wrong).rejects.toMatchObject({ code: 'digest_mismatch' });
    const secretless = { deviceId: device.id, deviceSecret: 'wrong' };
    await new Client(world.opened.url).post('/api/v1/device/auth', secretless);

    // Codes that somebody guesses.
    const guessed = await posted(admin, `${path}/devices/provision`, { name: 'Kiosk' });
    const { id: guessedId } = guessed.body['device'] as { id: string };
    for (let n = 0; n < 5; n += 1)
      await new Client(world.opened.url).post('/api/v1/device/register', {
        deviceId: guessedId,
        activationCode: 'AAAA-AAAA-AAAA-AAAA',
      });

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
      if ((await world.log(`&subject=${second.id}`)).every(({ kind }) => kind !== 'command.lapsed'))
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
    await world.decide(approver, script);
    await taken({ visibilityTimeoutMs: 1_000 });
    await eventually(async () => {
      if ((await stateOf(admin, script)) !== 'unknown_outcome') throw new Error('it has not lapsed');
    });
    await posted(admin, `${path}/commands/${script}/settle`, { status: 'failed', reason: 'It was off.' });

    // What nobody began in time, by the clock of the record.
    const late = await propose(admin, device.id);
    const clock = (later: string) =>
      world.owner.query(
        `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
         return pg_catalog.date_trunc('milliseconds', pg_catalog.now()${later})`,
      );
    await clock(` + interval '2 hours'`);
    await claim(device.api);
    await clock('');
    expect((await world.log(`&subject=${late}`)).map(({ kind }) => kind)).toContain('command.expired');

    const entries = await world.log();
    const made = new Set(entries.map(({ kind }) => kind));
    expect(activityKinds.filter((kind) => !made.has(kind))).toEqual([]);
    for (const { actor, requestId } of entries)
      if (actor.kind === 'member' || actor.kind === 'device') expect(requestId).toEqual(expect.any(String));
    expect(await admin.get(`${path}/activity/verify`)).toMatchObject({ body: { ok: true } });
  });
});
