import type { JsonObject } from '../shared/json.js';
import { missingApprovals } from '../approval/vote.js';
import type { LiveRoles } from '../approval/vote.js';
import type { Connection } from '../device/presence.js';
import type { QueuePause } from '../device/device.js';
import type { DeviceLifecycle } from '../device/device-lifecycle.js';
import type { Command } from './command.js';
import type { Hindrance } from './hindrance.js';
import { isTerminal } from './command-state.js';

export type WaitingReason =
  | 'awaiting_approval'
  | 'device_not_active'
  | 'device_offline'
  | 'queue_paused'
  | 'not_before'
  | 'backing_off'
  | 'behind_command'
  | 'ready'
  | 'claimed'
  | 'cancel_requested'
  | 'outcome_unknown'
  | 'finished';

/** One reason why a command does not run now. `since` is RFC 3339, or null when nobody knows. */
export interface Reason {
  readonly reason: WaitingReason;
  readonly since: string | null;
  readonly detail: JsonObject;
}

export interface Surroundings {
  readonly now: Date;
  readonly lifecycle: DeviceLifecycle;
  readonly connection: Connection;
  readonly lastSeenAt: Date | null;
  readonly queuePause: QueuePause | null;
  readonly hindrance: Hindrance | null;
  /** The command that the device gets next, when it is not this one. */
  readonly aheadId: string | null;
  /** What those who have voted are now. */
  readonly voterRoles: LiveRoles;
}

/** Why a command is not running, every reason that holds now. `command` stands as of now. */
export function explain(command: Command, around: Surroundings): readonly Reason[] {
  const { state } = command;
  if (isTerminal(state)) {
    return [reason('finished', command.finishedAt, { state, reason: command.stateReason })];
  }
  if (state === 'unknown_outcome') return [reason('outcome_unknown', command.claim?.leaseUntil ?? null)];
  if (state === 'claimed') return claimedReasons(command);
  if (state === 'awaiting_approval') return approvalReasons(command, around);
  const reasons = [...deviceReasons(around), ...queueReasons(command, around)];
  return reasons.length > 0 ? reasons : [reason('ready', command.createdAt)];
}

function claimedReasons(command: Command): readonly Reason[] {
  const claimed = reason('claimed', command.claimedAt, {
    attempt: command.attempt,
    leaseUntil: command.claim?.leaseUntil.toISOString() ?? null,
  });
  if (command.cancelRequestedAt === null) return [claimed];
  return [claimed, reason('cancel_requested', command.cancelRequestedAt)];
}

function approvalReasons(command: Command, { voterRoles }: Surroundings): readonly Reason[] {
  const { approval } = command;
  if (approval === null) return [];
  return [
    reason('awaiting_approval', command.createdAt, {
      missing: missingApprovals(approval, voterRoles),
      roles: approval.rule.roles,
      selfApproval: approval.rule.selfApproval,
      secondFactor: approval.rule.mfa,
      expiresAt: approval.expiresAt.toISOString(),
    }),
  ];
}

function deviceReasons({ lifecycle, connection, lastSeenAt }: Surroundings): readonly Reason[] {
  if (lifecycle !== 'active') return [reason('device_not_active', null, { lifecycle })];
  if (connection === 'online' || connection === 'degraded') return [];
  return [reason('device_offline', lastSeenAt, { connection })];
}

function queueReasons(command: Command, around: Surroundings): readonly Reason[] {
  const { queuePause: pause } = around;
  const paused = pause === null ? [] : [reason('queue_paused', pause.since, { reason: pause.reason })];
  return [...paused, ...turnReasons(command, around)];
}

function turnReasons(command: Command, { now, hindrance, aheadId }: Surroundings): readonly Reason[] {
  const { notBefore } = command;
  if (notBefore !== null && notBefore > now) {
    const kind = command.attempt === 0 ? 'not_before' : 'backing_off';
    const since = command.attempt === 0 ? command.createdAt : command.claimedAt;
    return [reason(kind, since, { until: notBefore.toISOString(), attempt: command.attempt })];
  }
  const commandId = hindrance?.kind === 'behind' ? hindrance.commandId : aheadId;
  return commandId === null ? [] : [reason('behind_command', command.createdAt, { commandId })];
}

const reason = (kind: WaitingReason, since: Date | null, detail: JsonObject = {}): Reason => ({
  reason: kind,
  since: since?.toISOString() ?? null,
  detail,
});
