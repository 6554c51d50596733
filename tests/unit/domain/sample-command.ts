import type { Approval } from '../../../src/domain/approval/approval.js';
import type { Claim } from '../../../src/domain/command/claim.js';
import { maxLeaseMs } from '../../../src/domain/command/claim.js';
import type { Command, ResultReport } from '../../../src/domain/command/command.js';

const start = Date.parse('2026-03-01T08:00:00.000Z');

/** `ms` milliseconds after the moment at which every sample command was proposed. */
export const after = (ms: number): Date => new Date(start + ms);

export const minute = 60_000;
export const hour = 60 * minute;

/** A command that waits in the queue for its first claim; it expires after an hour. */
export function sampleCommand(change: Partial<Command> = {}): Command {
  return {
    id: '01960000-0000-7000-8000-000000000001',
    customerId: '01960000-0000-7000-8000-0000000000c1',
    deviceId: 'till-7',
    sessionId: null,
    sessionEndsAt: null,
    type: 'ping',
    typeVersion: 1,
    parameters: { host: 'gate.example' },
    priority: 0,
    lane: null,
    dedupeKey: null,
    rank: 4_398_046_511_104_001,
    risk: 'read',
    deliveryClass: 'at_least_once',
    state: 'queued',
    stateReason: null,
    proposalReason: null,
    proposedBy: { kind: 'member', id: 'ana', name: 'Ana' },
    createdAt: after(0),
    notBefore: null,
    expiresAt: after(hour),
    visibilityTimeoutMs: minute,
    attempt: 0,
    maxAttempts: 3,
    lapses: 0,
    releases: 0,
    claim: null,
    claimedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    progress: null,
    result: null,
    evidence: [],
    approval: null,
    grant: null,
    allowedBy: null,
    redriveOf: null,
    version: 1,
    ...change,
  };
}

/** A claim made at `claimedAtMs` for a minute. */
export function sampleClaim(claimedAtMs = 0, change: Partial<Claim> = {}): Claim {
  return {
    nonce: 'nonce-1',
    attemptId: 'attempt-1',
    claimedAt: after(claimedAtMs),
    leaseUntil: after(claimedAtMs + minute),
    runUntil: after(claimedAtMs + maxLeaseMs),
    ...change,
  };
}

/** A command on its first attempt, claimed at the start for a minute. */
export function claimedCommand(change: Partial<Command> = {}): Command {
  return sampleCommand({
    state: 'claimed',
    attempt: 1,
    claim: sampleClaim(),
    claimedAt: after(0),
    ...change,
  });
}

/** The reference that the claim token of `claimedCommand` stands for. */
export const firstClaim = { attempt: 1, nonce: 'nonce-1' } as const;

export function sampleApproval(change: Partial<Approval> = {}): Approval {
  return {
    envelope: { commandId: '01960000-0000-7000-8000-000000000001', policyVersion: 1 },
    digest: 'd'.repeat(64),
    rule: {
      approvals: 1,
      roles: ['approver', 'admin'],
      selfApproval: false,
      mfa: false,
      windowMs: 15 * minute,
      reasonRequired: false,
    },
    decisions: [],
    expiresAt: after(15 * minute),
    ...change,
  };
}

/** A change that waits for one approval. */
export function waitingCommand(approval: Partial<Approval> = {}, change: Partial<Command> = {}): Command {
  return sampleCommand({
    type: 'restart_service',
    risk: 'change',
    state: 'awaiting_approval',
    approval: sampleApproval(approval),
    ...change,
  });
}

export function sampleReport(change: Partial<ResultReport> = {}): ResultReport {
  return {
    status: 'succeeded',
    output: '3 packets, 0 lost',
    data: { lost: 0 },
    error: null,
    startedAt: null,
    durationMs: 12,
    ...change,
  };
}
