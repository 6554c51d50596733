import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { newDevice } from '../../support/api-client.js';
import { activityOf } from '../../support/http/activity-of.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { strongly } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';

const path = '/api/v1/customer';
const rule = {
  approvals: 1,
  roles: ['approver', 'admin'],
  selfApproval: false,
  mfa: false,
  windowMs: 900_000,
  reasonRequired: false,
};
const fiveMinutesMs = 300_000;

interface WaitingJson {
  readonly id: string;
  readonly approval: { readonly digest: string };
}

let gateways: TwoGateways;
let customerId: string;
let ann: TestPerson;
let admin: ApiClient;
let device: TestDevice;

beforeAll(async () => {
  gateways = await openTwoGateways();
});
afterAll(() => gateways.close());

/** A customer whose rules are those of a start, but for these. */
async function open(rules: { readonly change?: object; readonly destructive?: object }): Promise<void> {
  const opened = await gateways.people.customer(gateways.here);
  [customerId, ann] = [opened.id, opened.admin];
  admin = ann.api();
  const body = {
    read: { ...rule, approvals: 0 },
    change: { ...rule, ...rules.change },
    destructive: { ...rule, mfa: true, ...rules.destructive },
  };
  await admin.with({ 'if-match': '"1"' }).send('PUT', `${path}/approval-policy`, body);
  device = await newDevice(admin);
}

const member = (role: 'viewer' | 'operator' | 'approver' | 'admin') =>
  gateways.people.member(gateways.here, customerId, role);

async function waiting(type = 'restart_service'): Promise<WaitingJson> {
  const parameters = type === 'restart_service' ? { service: 'kiosk' } : { script: 'tidy' };
  const { body } = await admin.post<WaitingJson>(`${path}/devices/${device.id}/commands`, {
    type,
    parameters,
  });
  return body;
}

const vote = (by: ApiClient, { id, approval: { digest } }: WaitingJson, body: object = {}) =>
  by.post(`${path}/approvals/${id}/decision`, { approved: true, digest, ...body });

async function pendingOf(by: ApiClient, { id }: WaitingJson): Promise<Json | undefined> {
  const { body } = await by.get<{ items: Json[] }>(`${path}/approvals?state=pending`);
  return body.items.find(({ commandId }) => commandId === id);
}

describe('a quorum of three', () => {
  it('is made of three people, and tells on the way who is missing', async () => {
    await open({ change: { approvals: 3 } });
    const [ben, eva, kim] = [await member('approver'), await member('approver'), await member('admin')];
    const viewer = await member('viewer');
    const command = await waiting();
    const seen = async (by: ApiClient) => {
      const { required, missing, mayDecide } = (await pendingOf(by, command)) ?? {};
      return [required, missing, mayDecide];
    };
    expect(await seen(ben.api())).toEqual([3, 3, true]);
    expect(await seen(admin)).toEqual([3, 3, false]);
    expect(await seen(viewer.api())).toEqual([3, 3, false]);
    const first = await vote(ben.api(), command);
    expect([first.status, first.body['state']]).toEqual([200, 'awaiting_approval']);
    expect(await seen(eva.api())).toEqual([3, 2, true]);
    // They may still change their mind.
    expect(await seen(ben.api())).toEqual([3, 2, true]);
    expect((await vote(ben.api(), command)).body['state']).toBe('awaiting_approval');
    expect(await seen(eva.api())).toEqual([3, 2, true]);
    await vote(eva.api({}, gateways.there), command, { reason: 'the shop is closed' });
    expect(await pendingOf(kim.api(), command)).toMatchObject({
      digest: command.approval.digest,
      envelope: { commandId: command.id, policyVersion: 2, risk: 'change' },
      missing: 1,
      decisions: [
        { by: { id: ben.id }, approved: true, reason: null },
        { by: { id: eva.id }, approved: true, reason: 'the shop is closed' },
      ],
    });
    const last = await vote(kim.api(), command);
    expect([last.status, last.body['state']]).toEqual([200, 'queued']);
    expect(await pendingOf(kim.api(), command)).toBeUndefined();
    const claimed = await device.api.post<{ commands: { grant: string }[] }>(
      '/api/v1/device/commands/claim',
      { waitMs: 5_000 },
    );
    expect(decodeJwt(claimed.body.commands[0]?.grant ?? '')).toMatchObject({
      envelope: { policyVersion: 2 },
      approvers: [ben.id, eva.id, kim.id],
    });
  });

  it('is not reached by those who have left or lost their role, and their decisions stay', async () => {
    await open({ change: { approvals: 2 } });
    const [ben, eva, kim] = [await member('approver'), await member('approver'), await member('approver')];
    const command = await waiting();
    await vote(ben.api(), command);
    await gateways.people.give(gateways.here, customerId, ben, 'operator');
    expect(await pendingOf(kim.api(), command)).toMatchObject({ missing: 2, decisions: [{}] });
    const explained = await admin.get<{ reasons: Json[] }>(`${path}/commands/${command.id}/explain`);
    expect(explained.body.reasons).toMatchObject([{ detail: { missing: 2 } }]);
    expect((await vote(eva.api(), command)).body['state']).toBe('awaiting_approval');
    expect(await pendingOf(kim.api(), command)).toMatchObject({ missing: 1, decisions: [{}, {}] });
    expect((await vote(ben.api(), command)).body['code']).toBe('forbidden');
    const done = await vote(kim.api(), command);
    expect(done.body['state']).toBe('queued');
    const claimed = await device.api.post<{ commands: { grant: string }[] }>(
      '/api/v1/device/commands/claim',
      { waitMs: 5_000 },
    );
    expect(decodeJwt(claimed.body.commands[0]?.grant ?? '')).toMatchObject({ approvers: [eva.id, kim.id] });
  });

  it('is given up when one of them says no after all', async () => {
    await open({ change: { approvals: 3 } });
    const [ben, eva] = [await member('approver'), await member('approver')];
    const command = await waiting();
    await vote(ben.api(), command);
    await vote(eva.api(), command);
    const changed = await vote(ben.api(), command, { approved: false, reason: 'not today' });
    expect([changed.status, changed.body['state']]).toEqual([200, 'rejected']);
    const answers = [
      await vote(ben.api(), command, { approved: false }),
      await vote(ben.api(), command),
      await vote(eva.api(), command, { approved: false }),
    ];
    expect(answers.map(({ status, body }) => body['code'] ?? status)).toEqual([
      200,
      'already_decided',
      'already_decided',
    ]);
    const told = await activityOf(gateways.here, command.id);
    const votes = told.filter(({ kind }) => kind !== 'command.decision_refused');
    expect(votes.map(({ kind, actor }) => [kind, actor]).slice(1)).toEqual([
      ['command.decided', ben.id],
      ['command.decided', eva.id],
      ['command.decided', ben.id],
      ['command.rejected', ben.id],
    ]);
  });
});

describe('what was approved', () => {
  it('is shown with its envelope to whoever decides on the next one of its kind', async () => {
    await open({});
    const approver = (await member('approver')).api();
    const [approved, denied, waits] = [await waiting(), await waiting(), await waiting()];
    await vote(approver, approved, { reason: 'as last week' });
    await vote(approver, denied, { approved: false });
    const listed = async (query: string) => {
      const { body } = await approver.get<{ items: Json[] }>(`${path}/approvals?state=approved${query}`);
      return body.items;
    };
    expect(await listed('')).toMatchObject([
      {
        commandId: approved.id,
        digest: approved.approval.digest,
        envelope: { commandId: approved.id, type: 'restart_service', parameters: { service: 'kiosk' } },
        decisions: [{ approved: true, reason: 'as last week' }],
        ...{ mayDecide: false, missing: 0 },
      },
    ]);
    expect(await listed(`&type=restart_service&deviceId=${device.id}`)).toHaveLength(1);
    expect(await listed('&type=reboot')).toEqual([]);
    expect(await listed('&deviceId=another')).toEqual([]);
    expect(await pendingOf(approver, waits)).toBeDefined();
    const misplaced = await approver.get(`${path}/approvals?type=reboot`);
    expect(misplaced).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('what waits for a decision', () => {
  it('names the credentials that the device has by then, whichever gateway gave them', async () => {
    await open({});
    await waiting();
    const elsewhere = ann.api({}, gateways.there);
    const issued = await elsewhere.post<{ activationCode: string }>(
      `${path}/devices/${device.id}/activation-code`,
    );
    const { activationCode } = issued.body;
    await elsewhere.post('/api/v1/device/register', { deviceId: device.id, activationCode });
    await waiting();
    const { body } = await admin.get<{ items: { envelope: Json }[] }>(`${path}/approvals`);
    expect(body.items).toMatchObject([{ envelope: { deviceCredentialGeneration: 2 } }]);
  });
});

describe('a rule', () => {
  it('names the roles that decide: an approver is none where it says admin', async () => {
    await open({ change: { roles: ['admin'] } });
    const [ben, kim] = [await member('approver'), await member('admin')];
    const command = await waiting();
    expect(await pendingOf(ben.api(), command)).toMatchObject({
      mayDecide: false,
      secondFactorMissing: false,
    });
    expect(await vote(ben.api(), command)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await vote(kim.api(), command)).body['state']).toBe('queued');
  });

  it('may let people decide on what they proposed themselves', async () => {
    await open({});
    const forbidden = await vote(admin, await waiting());
    expect([forbidden.status, forbidden.body['code']]).toEqual([403, 'self_approval']);
    await open({ change: { selfApproval: true } });
    expect((await vote(admin, await waiting())).body['state']).toBe('queued');
  });

  it('may want a reason, for and against', async () => {
    await open({ change: { reasonRequired: true } });
    const ben = (await member('approver')).api();
    const command = await waiting();
    for (const body of [{}, { reason: null }, { reason: '' }, { reason: ' \t' }, { approved: false }]) {
      const answer = await vote(ben, command, body);
      expect([answer.status, answer.body['code']]).toEqual([400, 'reason_required']);
    }
    const given = await vote(ben, command, { reason: 'the shop is closed' });
    expect(given.body).toMatchObject({
      state: 'queued',
      approval: { decisions: [{ reason: 'the shop is closed' }] },
    });
  });

  it('may want a second factor, however old, before something changes', async () => {
    await open({ change: { mfa: true } });
    const ben = await member('approver');
    const command = await waiting();
    expect(await vote(ben.api(), command)).toMatchObject({ status: 403, body: { code: 'mfa_required' } });
    expect((await vote(ben.api({ aal: 'aal2' }), command)).body['state']).toBe('queued');
  });

  it('wants one that was used within five minutes before something is destroyed', async () => {
    await open({});
    const ben = await member('approver');
    const command = await waiting('run_script');
    const refused = [
      {},
      { aal: 'aal2' },
      { aal: 'aal1', factorAgeMs: 0 },
      { aal: 'aal2', factorAgeMs: fiveMinutesMs + 2_000 },
      { aal: 'aal2', factorAgeMs: 0, method: 'password' },
      { aal: 'aal2', factorAgeMs: -120_000 },
    ] as const;
    for (const how of refused) {
      expect(await pendingOf(ben.api(how), command)).toMatchObject({
        mayDecide: false,
        secondFactorMissing: true,
      });
      expect(await vote(ben.api(how), command)).toMatchObject({
        status: 403,
        body: { code: 'mfa_required' },
      });
    }
    const soon = { aal: 'aal2', factorAgeMs: fiveMinutesMs - 30_000, method: 'mfa/webauthn' } as const;
    expect(await pendingOf(ben.api(soon), command)).toMatchObject({
      mayDecide: true,
      secondFactorMissing: false,
    });
    expect((await vote(ben.api(soon), command)).body['state']).toBe('queued');
  });

  it('is asked of the digest that was shown, before all else', async () => {
    await open({});
    const ben = (await member('approver')).api(strongly);
    const command = await waiting();
    const other = await vote(ben, command, { digest: 'e'.repeat(64) });
    expect([other.status, other.body['code']]).toEqual([412, 'digest_mismatch']);
    expect((await vote(ben, command)).status).toBe(200);
    expect((await vote(ben, command, { digest: 'e'.repeat(64) })).body['code']).toBe('digest_mismatch');
  });
});
