type Json = Readonly<Record<string, unknown>>;

/** One line of what is approved, beside what it was the last time. `before` undefined: there was no such line. */
export interface EnvelopeLine {
  readonly path: string;
  readonly now: string | undefined;
  readonly before: string | undefined;
  /** Null: there is nothing to compare it with, or it is another one in every envelope. */
  readonly change: 'same' | 'added' | 'removed' | 'changed' | null;
}

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

/** They name this one command. */
const ownPaths = new Set(['commandId', 'expiresAt', 'sessionId']);

/** The frozen envelope, line by line, beside the one that was approved last; without one nothing is marked. */
export function envelopeLines(envelope: Json, last: Json | null): readonly EnvelopeLine[] {
  const [now, before] = [leaves(envelope, '', new Map()), leaves(last ?? {}, '', new Map())];
  const lines = [...now].map(([path, text]): EnvelopeLine => {
    if (last === null || ownPaths.has(path)) return { path, now: text, before: undefined, change: null };
    const old = before.get(path);
    const change = old === undefined ? 'added' : old === text ? 'same' : 'changed';
    return { path, now: text, before: old, change };
  });
  if (last === null) return lines;
  const removed = [...before]
    .filter(([path]) => !now.has(path))
    .map(([path, text]): EnvelopeLine => ({ path, now: undefined, before: text, change: 'removed' }));
  return [...lines, ...removed];
}
