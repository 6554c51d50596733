import type { ActivityKind, Cause, NewEntry } from '../activity/activity-entry.js';
import { byTheGateway } from '../activity/activity-entry.js';
import type { JsonObject } from '../shared/json.js';
import type { Command } from './command.js';
import type { DueMove } from './due-moves.js';

/** An entry about a command, with the facts that every such entry carries. */
export function commandEntry(
  command: Pick<Command, 'id' | 'customerId' | 'deviceId' | 'sessionId'>,
  kind: ActivityKind,
  cause: Cause,
  data: JsonObject = {},
): NewEntry {
  return {
    customerId: command.customerId,
    kind,
    actor: cause.actor,
    subject: { kind: 'command', id: command.id },
    data: { deviceId: command.deviceId, ...sessionOf(command), ...data },
    requestId: cause.requestId,
  };
}

const sessionOf = ({ sessionId }: Pick<Command, 'sessionId'>): JsonObject =>
  sessionId === null ? {} : { sessionId };

/** The entries for what time alone has moved. */
export function dueEntries(moves: readonly DueMove[]): readonly NewEntry[] {
  return moves.map(({ command, kind, at }) =>
    commandEntry(command, dueKinds[kind], byTheGateway, {
      state: command.state,
      reason: command.stateReason,
      attempt: command.attempt,
      dueAt: at.toISOString(),
    }),
  );
}

const dueKinds: Readonly<Record<DueMove['kind'], ActivityKind>> = {
  approval_lapsed: 'command.expired',
  expired: 'command.expired',
  lapsed: 'command.lapsed',
  cancelled: 'command.cancelled',
  session_over: 'command.cancelled',
};
