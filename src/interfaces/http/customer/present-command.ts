import type { z } from 'zod';
import type { Approval } from '../../../domain/approval/approval.js';
import type {
  Command,
  CommandProgress,
  CommandResult,
  Evidence,
  ResultReport,
} from '../../../domain/command/command.js';
import type { commandSchema } from './command-schema.js';

/** A command as people see it: without its grant, its claim and what only the gateway needs. */
export const presentCommand = (command: Command): z.output<typeof commandSchema> => ({
  id: command.id,
  deviceId: command.deviceId,
  customerId: command.customerId,
  sessionId: command.sessionId,
  type: command.type,
  parameters: command.parameters,
  priority: command.priority,
  lane: command.lane,
  dedupeKey: command.dedupeKey,
  risk: command.risk,
  deliveryClass: command.deliveryClass,
  state: command.state,
  reason: command.stateReason ?? command.proposalReason,
  proposedBy: { ...command.proposedBy },
  attempt: command.attempt,
  maxAttempts: command.maxAttempts,
  lapses: command.lapses,
  createdAt: command.createdAt.toISOString(),
  notBefore: command.notBefore?.toISOString() ?? null,
  expiresAt: command.expiresAt.toISOString(),
  claimedAt: command.claimedAt?.toISOString() ?? null,
  finishedAt: command.finishedAt?.toISOString() ?? null,
  cancelRequestedAt: command.cancelRequestedAt?.toISOString() ?? null,
  progress: command.progress === null ? null : presentProgress(command.progress),
  result: command.result === null ? null : presentResult(command.result),
  approval: command.approval === null ? null : presentApproval(command.approval),
  allowedBy: command.allowedBy === null ? null : { ...command.allowedBy },
  redriveOf: command.redriveOf,
  evidence: command.evidence.map(presentEvidence),
});

const presentProgress = ({ stream, ...progress }: CommandProgress) => ({
  ...progress,
  attempt: stream.attempt,
  from: stream.from,
  pieces: [...stream.pieces],
});

const presentReport = ({ status, output, data, error, startedAt, durationMs }: ResultReport) => ({
  status,
  output,
  data,
  error: error === null ? null : { code: error.code, message: error.message },
  startedAt,
  durationMs,
});

const presentResult = (result: CommandResult) => ({ ...presentReport(result), late: result.late });

const presentEvidence = (evidence: Evidence) => ({
  attempt: evidence.attempt,
  receivedAt: evidence.receivedAt,
  ...presentReport(evidence),
});

export const presentApproval = ({ digest, rule, decisions, expiresAt }: Approval) => ({
  digest,
  required: rule.approvals,
  decisions: decisions.map(({ by, approved, reason, at }) => ({ by: { ...by }, approved, reason, at })),
  expiresAt: expiresAt.toISOString(),
});
