import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DecideCommand } from '../../../src/application/approval/decide-command.js';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { use } from '../../../src/composition/provide.js';
import type { ClaimedJson, TestDevice } from '../../support/api-client.js';
import {
  ApiClient,
  claim,
  newDevice,
  propose,
  signIn,
  signInDevice,
  stateOf,
} from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { believeSignIns, signedIn } from '../../support/signed-in.js';

const path = '/api/v1/customer';

/** How commands end when things do not go straight. */
describe('commands and what becomes of them', () => {
  let opened: OpenedGateway;
  let admin: ApiClient;

  beforeAll(async () => {
    opened = await openGateway({ override: believeSignIns });
    admin = await signIn(opened.url);
  });

  afterAll(async () => {
    await opened.close();
  });

  const report = (device: TestDevice, { id, claimToken }: ClaimedJson, output = 'done') =>
    device.api.post(`/api/v1/device/commands/${id}/result`, { claimToken, status: 'succeeded', output });

  async function claimOne(device: TestDevice, body: object = {}): Promise<ClaimedJson> {
    const [command] = await claim(device.api, body);
    if (command === undefined) throw new Error('nothing came');
    return command;
  }

  it('a claim that is repeated after its command has ended takes nothing else', async () => {
    const device = await newDevice(admin);
    const first = await propose(admin, device.id);
    const second = await propose(admin, device.id);
    const command = await claimOne(device, { attemptId: 'once' });
    expect(command.id).toBe(first);
    expect((await report(device, command)).status).toBe(200);
    expect(await claim(device.api, { attemptId: 'once' })).toEqual([]);
    expect((await admin.get(`${path}/commands/${second}`)).body).toMatchObject({
      state: 'queued',
      attempt: 0,
    });
    expect((await claimOne(device, { attemptId: 'twice' })).id).toBe(second);
  });

  it('a replaced device inherits nothing: what waited is called off, what ran is asked to stop', async () => {
    const device = await newDevice(admin);
    await propose(admin, device.id);
    const running = await claimOne(device);
    const waiting = await propose(admin, device.id);
    const issued = await admin.post<{ activationCode: string }>(
      `${path}/devices/${device.id}/activation-code`,
    );
    const registered = await new ApiClient(opened.url).post<{ deviceSecret: string }>(
      '/api/v1/device/register',
      {
        deviceId: device.id,
        activationCode: issued.body.activationCode,
      },
    );
    expect(registered.status).toBe(201);

    expect((await admin.get(`${path}/commands/${waiting}`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'device_reregistered',
    });
    const { body } = await admin.get(`${path}/commands/${running.id}`);
    expect(body).toMatchObject({ state: 'claimed', reason: 'device_reregistered' });
    expect(body['cancelRequestedAt']).not.toBeNull();
    expect((await report(device, running)).status).toBe(401);
    const replacement = await signInDevice(opened.url, device.id, registered.body.deviceSecret);
    expect(await claim(replacement, { limit: 10 })).toEqual([]);
  });

  it('an at-most-once command whose lease lapses waits for a person, who settles it', async () => {
    const device = await newDevice(admin);
    const id = await approvedScript(device);
    const command = await claimOne(device, { visibilityTimeoutMs: 1_000, attemptId: 'lost' });
    expect(command.id).toBe(id);
    const soon = { withinMs: 15_000, everyMs: 100 };
    await eventually(async () => expect(await stateOf(admin, id)).toBe('unknown_outcome'), soon);
    expect(await claim(device.api, { attemptId: 'lost' })).toEqual([]);
    expect((await admin.post(`${path}/commands/${id}/cancel`)).body).toMatchObject({
      code: 'outcome_unknown',
    });

    const word = { status: 'failed', reason: 'The technician found it switched off.' };
    expect((await admin.post(`${path}/commands/${id}/settle`, {})).status).toBe(400);
    expect(await admin.post(`${path}/commands/${id}/settle`, word)).toMatchObject({
      status: 200,
      body: { state: 'failed', reason: 'settled_by_person' },
    });
    expect(await admin.post(`${path}/commands/${id}/settle`, { ...word, status: 'succeeded' })).toMatchObject(
      {
        status: 409,
        body: { code: 'not_settleable' },
      },
    );
    expect(await report(device, command, 'it did run')).toMatchObject({
      status: 409,
      body: { code: 'command_finished', state: 'failed' },
    });
    expect((await admin.get(`${path}/commands/${id}`)).body).toMatchObject({
      state: 'failed',
      evidence: [{ attempt: 1, output: 'it did run' }],
    });
  });

  it('lists what waits for a decision, with its envelope and who may decide', async () => {
    const device = await newDevice(admin);
    const id = await propose(admin, device.id, { type: 'restart_service', parameters: { service: 'kiosk' } });
    const { body } = await admin.get<{ items: { commandId: string; digest: string }[] }>(`${path}/approvals`);
    expect(body.items.find(({ commandId }) => commandId === id)).toMatchObject({
      deviceId: device.id,
      envelope: { commandId: id, type: 'restart_service', parameters: { service: 'kiosk' }, risk: 'change' },
      required: 1,
      missing: 1,
      decisions: [],
      mayDecide: false,
    });
  });

  /** A destructive command, approved by somebody else, who is signed in with a second factor. */
  async function approvedScript(device: TestDevice): Promise<string> {
    const id = await propose(admin, device.id, { type: 'run_script', parameters: { script: 'tidy' } });
    const { body: me } = await admin.get<{ customerId: string }>(`${path}/me`);
    const { body } = await admin.get<{ approval: { digest: string } }>(`${path}/commands/${id}`);
    const approver = { userId: randomUUID(), name: 'Approver', customerId: me.customerId };
    await use(opened.container, AddMember).execute({
      member: { ...approver, role: 'approver' },
      cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
    });
    await use(opened.container, DecideCommand).execute({
      caller: {
        principal: {
          kind: 'member',
          id: approver.userId,
          name: approver.name,
          customerId: me.customerId,
          role: 'approver',
          aal: 'aal2',
          secondFactorAt: new Date(),
        },
        requestId: 'test',
        signIn: signedIn(approver.userId),
      },
      commandId: id,
      approved: true,
      digest: body.approval.digest,
      reason: null,
    });
    return id;
  }
});
