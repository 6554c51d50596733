import canonicalize from 'canonicalize';

import type { NewEntry } from '../../domain/activity/activity-entry.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

/** An entry as `fieldgate.append_activity` takes it: canonical JSON in pieces, joined and hashed by the database. */
export interface ActivityFragments {
  readonly customerId: string;
  readonly actor: string;
  readonly data: string;
  readonly kind: string;
  readonly requestId: string;
  readonly subject: string;
}

/** Throws `invalid_request` when the entry holds a text that is not Unicode: it has no canonical form. */
export function fragmentsOf(entry: NewEntry): ActivityFragments {
  return {
    customerId: entry.customerId,
    actor: canonical({ kind: entry.actor.kind, id: entry.actor.id }),
    data: canonical(entry.data),
    kind: canonical(entry.kind),
    requestId: canonical(entry.requestId),
    subject: canonical({ kind: entry.subject.kind, id: entry.subject.id }),
  };
}

function canonical(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (error) {
    throw generalFaults.invalid_request('A text is not well-formed Unicode.', { cause: error });
  }
  throw new Error('an activity entry must be made of JSON');
}
