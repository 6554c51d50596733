import { v7 as uuidv7 } from 'uuid';

import type { CommandLedger } from '../../src/application/ports/command-ledger.js';
import type { NewEntry } from '../../src/domain/activity/activity-entry.js';
import type { Approval } from '../../src/domain/approval/approval.js';
import { claim } from '../../src/domain/command/claim-rules.js';
import { commandEntry } from '../../src/domain/command/command-entries.js';
import type { Command, ResultReport } from '../../src/domain/command/command.js';
import type { CommandType } from '../../src/domain/command/command-type.js';
import type { NewCommand } from '../../src/domain/command/proposal.js';
import type { Device } from '../../src/domain/device/device.js';
import type { RecordAdapters, RecordUnderTest } from './record-under-test.js';

export const operator = { actor: { kind: 'cli', id: 'operator' }, requestId: 'request-1' } as const;

export const newId = (): string => uuidv7();

export async function addCustomer({ unitOfWork }: RecordAdapters, name = 'Corner shop'): Promise<string> {
  const id = newId();
  await unitOfWork.run(({ members, now }) => members.addCustomer({ id, name, createdAt: now }));
  return id;
}

/** An active device, of a customer of its own unless one is named. */
export async function addDevice(record: RecordAdapters, given: Partial<Device> = {}): Promise<Device> {
  const customerId = given.customerId ?? (await addCustomer(record));
  return record.unitOfWork.run(async ({ devices, now }) => {
    const device: Device = {
      id: `device-${newId()}`,
      customerId,
      name: 'Till',
      location: null,
      labels: [],
      model: null,
      platform: null,
      agentVersion: null,
      lifecycle: 'active',
      credentialGeneration: 1,
      tokenGeneration: 1,
      queuePause: null,
      createdAt: now,
      lastSignInAt: null,
      ...given,
    };
    await devices.add(device);
    return device;
  });
}

const ping: CommandType = {
  type: 'ping',
  version: 1,
  title: 'Ping',
  description: 'Sends echo requests to a host.',
  risk: 'read',
  deliveryClass: 'at_least_once',
  defaults: { expiresInMs: 3_600_000, visibilityTimeoutMs: 60_000, maxAttempts: 3 },
  parametersSchema: { type: 'object' },
};

export function newCommand(device: Device, given: Partial<NewCommand> = {}): NewCommand {
  return {
    id: newId(),
    customerId: device.customerId,
    deviceId: device.id,
    credentialGeneration: device.credentialGeneration,
    sessionId: null,
    sessionEndsAt: null,
    type: ping,
    parameters: { host: 'router.example' },
    priority: 0,
    lane: null,
    dedupeKey: null,
    proposalReason: null,
    proposedBy: { kind: 'member', id: 'f1e2', name: 'Robin' },
    notBefore: null,
    // Far beyond whatever a test does to the clock.
    expiresAt: new Date('2100-01-01T00:00:00.000Z'),
    maxAttempts: 3,
    visibilityTimeoutMs: 60_000,
    redriveOf: null,
    policyVersion: 1,
    standingConsidered: false,
    envelope: { type: 'ping' },
    digest: 'd'.repeat(64),
    allowedBy: null,
    approval: null,
    grant: null,
    ...given,
  };
}

/** What a command waits for, when `approvals` people have to approve it. */
export const approvalOf = (approvals: number): Approval => ({
  envelope: { type: 'ping' },
  digest: 'd'.repeat(64),
  rule: {
    approvals,
    roles: ['approver'],
    selfApproval: false,
    mfa: false,
    windowMs: 900_000,
    reasonRequired: false,
  },
  decisions: [],
  expiresAt: new Date('2099-01-01T00:00:00.000Z'),
});

export const proposed = (command: NewCommand): NewEntry =>
  commandEntry(command, 'command.proposed', operator, { type: command.type.type });

export async function addCommand(record: RecordAdapters, command: NewCommand): Promise<Command> {
  const outcome = await record.proposals.propose(command, proposed(command));
  if (outcome.kind !== 'accepted') throw new Error(`the seed was not accepted: ${outcome.kind}`);
  return outcome.command;
}

/** Claims the command for its device; answers what the ledger answered. */
export const claimIt = (ledger: CommandLedger, command: Command, attemptId = 'attempt', nonce = newId()) =>
  ledger.change(command.id, { deviceId: command.deviceId }, (stored, now) => {
    const answer = claim(stored, { attemptId, leaseMs: null, nonce }, now);
    if (answer.kind !== 'claimed') return { outcome: answer.kind };
    return {
      outcome: answer.kind,
      save: { command: answer.command, entries: [commandEntry(stored, 'command.claimed', operator)] },
    };
  });

export async function find(record: RecordUnderTest, { customerId, id }: Command): Promise<Command> {
  const reading = await record.records.find(customerId, id);
  if (reading === null) throw new Error(`there is no command ${id}`);
  return reading.command;
}

export const success: ResultReport = {
  status: 'succeeded',
  output: 'ok',
  data: null,
  error: null,
  startedAt: null,
  durationMs: 12,
};
