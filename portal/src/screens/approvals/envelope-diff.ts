import type { Command } from '../../api/things.js';

/** One line of what is approved, beside what it was the last time. `before` undefined: there was no such line. */
export interface EnvelopeLine {
  readonly path: string;
  readonly now: string | undefined;
  readonly before: string | undefined;
  readonly change: 'same' | 'added' | 'removed' | 'changed' | 'unknown';
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every leaf of an object by its path, as it is written in JSON. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [name, child] of Object.entries(value))
      leaves(child, path === '' ? name : `${path}.${name}`, into);
  } else into.set(path, JSON.stringify(value) ?? 'nothing');
  return into;
}

/** What a command shows of the envelope that it was approved under; the rest of it is not kept for readers. */
function knownOf(command: Command): Json {
  return {
    deviceId: command.deviceId,
    type: command.type,
    parameters: command.parameters,
    risk: command.risk,
    deliveryClass: command.deliveryClass,
    proposedBy: { kind: command.proposedBy.kind, id: command.proposedBy.id },
  };
}

/** They name this one command, and are another in every envelope. */
const ownPaths = new Set(['commandId', 'expiresAt', 'sessionId']);

/** The frozen envelope, line by line, beside the last approved command of its kind; without one nothing is marked. */
export function envelopeLines(envelope: Json, last: Command | null): readonly EnvelopeLine[] {
  const now = leaves(envelope, '', new Map());
  if (last === null) {
    return [...now].map(([path, text]) => ({
      path,
      now: text,
      before: undefined,
      change: 'unknown' as const,
    }));
  }
  const known = knownOf(last);
  const before = leaves(known, '', new Map());
  const isKnown = (path: string): boolean =>
    Object.hasOwn(known, path.split('.')[0] ?? '') && !ownPaths.has(path);
  const lines = [...now].map(([path, text]): EnvelopeLine => {
    if (!isKnown(path)) return { path, now: text, before: undefined, change: 'unknown' };
    const old = before.get(path);
    // A member that the envelope writes and a command does not is nothing new.
    if (old === undefined)
      return { path, now: text, before: old, change: isParameter(path) ? 'added' : 'unknown' };
    return { path, now: text, before: old, change: old === text ? 'same' : 'changed' };
  });
  const removed = [...before]
    .filter(([path]) => isParameter(path) && !now.has(path))
    .map(([path, text]): EnvelopeLine => ({ path, now: undefined, before: text, change: 'removed' }));
  return [...lines, ...removed];
}

const isParameter = (path: string): boolean => path.startsWith('parameters');

/** The newest command that people approved and that is of the same type, on the same device where there is one. */
export function lastApproved(commands: readonly Command[], type: string, deviceId: string): Command | null {
  const approved = commands.filter(
    (command) =>
      command.type === type &&
      command.state !== 'awaiting_approval' &&
      command.state !== 'rejected' &&
      command.approval !== null &&
      command.approval.decisions.filter((decision) => decision.approved).length >= command.approval.required,
  );
  return approved.find((command) => command.deviceId === deviceId) ?? approved[0] ?? null;
}
