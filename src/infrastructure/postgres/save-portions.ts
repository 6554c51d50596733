import type { DeviceGuard } from '../../application/ports/command-ledger.js';
import type { Command } from '../../domain/command/command.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { dueAt } from '../../domain/command/due-moves.js';
import { hasCompany } from '../../domain/command/hindrance.js';
import type { ActivityFragments } from './activity-fragments.js';

/** A command to write, with the version that was read. */
export interface CommandSave {
  readonly command: Command;
  /** As it was read: what is the same object there is not sent again. Null: everything is sent. */
  readonly read: Command | null;
  readonly entries: readonly ActivityFragments[];
  readonly guard: DeviceGuard | null;
  /** True when the device begins with it anew: refused while its queue is paused. */
  readonly begins: boolean;
  /** When it was judged, if not by the record's own clock: the write then checks that the two agree. */
  readonly judgedAt: Date | null;
}

/** What one statement writes: rows as JSON texts, and the devices that have to be as their writers take them to be. */
export interface SavePortion {
  readonly commands: readonly Command[];
  readonly rows: readonly string[];
  readonly guarded: readonly string[];
}

/** Characters of one statement. Long results in a row would otherwise take it longer than a statement may. */
const maxLength = 4_000_000;

/** The saves in their order, cut into what a statement can take. */
export function portionsOf(saves: readonly CommandSave[]): readonly SavePortion[] {
  const portions: {
    commands: Command[];
    rows: string[];
    guarded: Set<string>;
    length: number;
  }[] = [];
  for (const [n, save] of saves.entries()) {
    const row = JSON.stringify(rowOf(save, n));
    let portion = portions.at(-1);
    if (portion === undefined || portion.length + row.length > maxLength) {
      portion = { commands: [], rows: [], guarded: new Set(), length: 0 };
      portions.push(portion);
    }
    portion.rows.push(row);
    portion.commands.push(save.command);
    portion.length += row.length;
    if (save.guard !== null) portion.guarded.add(save.guard.deviceId);
  }
  return portions.map(({ commands, rows, guarded }) => ({ commands, rows, guarded: [...guarded] }));
}

/**
 * What devices and people wrote travels as text inside the JSON: unpacking it as JSON would have the server read
 * every escape in it, and refuse a NUL or half a surrogate pair that a device may well have printed.
 */
function rowOf({ command, read, entries, guard, begins, judgedAt }: CommandSave, n: number) {
  // What these hold is never taken back, so that null can mean: as it was.
  const ifChanged = <Key extends 'progress' | 'result' | 'evidence' | 'approval' | 'grant'>(key: Key) =>
    read?.[key] === command[key] ? null : command[key];
  return {
    n,
    id: command.id,
    version: command.version,
    guard_device: guard?.deviceId ?? null,
    guard_generation: guard?.tokenGeneration ?? null,
    begins,
    judged_at: judgedAt,
    state: command.state,
    state_reason: command.stateReason,
    session_ends_at: command.sessionEndsAt,
    not_before: command.notBefore,
    attempt: command.attempt,
    lapses: command.lapses,
    releases: command.releases,
    claim: textOf(command.claim),
    claimed_at: command.claimedAt,
    finished_at: command.finishedAt,
    cancel_requested_at: command.cancelRequestedAt,
    progress: textOf(ifChanged('progress')),
    result: textOf(ifChanged('result')),
    evidence: textOf(ifChanged('evidence')),
    approval: textOf(ifChanged('approval')),
    grant_jws: ifChanged('grant'),
    due_at: dueAt(command),
    dispatched: knownToTaker(command),
    entries: JSON.stringify(entries),
  };
}

const textOf = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/**
 * A claim was taken through the dispatch store, and an end needs nothing of it, unless others may have waited for that
 * end; the rest it has to be told.
 */
const knownToTaker = ({ state, lane, dedupeKey }: Command): boolean =>
  isTerminal(state) ? !hasCompany({ lane, dedupeKey }) : state !== 'queued' && state !== 'awaiting_approval';
