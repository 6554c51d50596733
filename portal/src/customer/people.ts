import type { ApiClient } from '../api/api-client.js';
import type { Command, Session } from '../api/things.js';

interface Actor {
  readonly kind: string;
  readonly id: string;
}
/** Names by the id of a person or a program. */
export type Names = ReadonlyMap<string, string>;

const pageSize = 100;

/** What the members and the programs of the customer are called now. */
export async function presentNames(api: ApiClient): Promise<Names> {
  const query = { limit: pageSize };
  const [members, keys] = await Promise.all([
    api.call('get', '/api/v1/customer/members', { query }),
    api.call('get', '/api/v1/customer/api-keys', { query }),
  ]);
  return new Map([
    ...members.items.map(({ userId, name }) => [userId, name] as const),
    ...keys.items.map(({ id, name }) => [id, name] as const),
  ]);
}

/** What those who had a part in a session were called then: they may be gone by now. */
export function namesIn(session: Session, commands: Iterable<Command>): Names {
  const names = new Map([[session.openedBy.id, session.openedBy.name]]);
  for (const { proposedBy, approval } of commands) {
    names.set(proposedBy.id, proposedBy.name);
    for (const { by } of approval?.decisions ?? []) names.set(by.id, by.name);
  }
  return names;
}

const others: Readonly<Record<string, string>> = {
  device: 'The device',
  gateway: 'The gateway',
  cli: 'The operator of the gateway',
  service_account: 'A program',
};

/** Who did it, as people say it. */
export function nameOf({ kind, id }: Actor, ...known: readonly (Names | null)[]): string {
  if (kind === 'device' || kind === 'gateway' || kind === 'cli') return others[kind] ?? kind;
  for (const names of known) {
    const name = names?.get(id);
    if (name !== undefined) return name;
  }
  return others[kind] ?? 'Somebody who is no member any more';
}
