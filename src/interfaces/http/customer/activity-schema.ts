import { z } from 'zod';
import { actorKinds, subjectKinds } from '../../../domain/activity/activity-entry.js';
import type { LoggedEntry } from '../../../domain/activity/logged-entry.js';
import { anyJsonObject } from '../json-fields.js';
import { wholeNumber } from '../whole-number.js';
import { pageQuery } from './page-query.js';

const hash = (what: string) => z.string().describe(`${what}, 64 lower-case hex characters.`);

const partyOf = (kinds: readonly string[]) =>
  z.strictObject({ kind: z.string().describe(`One of ${kinds.join(', ')}.`), id: z.string() });

/** Read from a log that somebody may have tampered with: what is wrong there is shown, not refused. */
export const activityEntrySchema = z
  .strictObject({
    seq: z.int().describe('1 for the first entry of a customer, without gaps.'),
    at: z.string().meta({ format: 'date-time' }),
    kind: z.string().describe('What happened: `command.proposed`, `device.signed_in`, …'),
    actor: partyOf(actorKinds),
    subject: partyOf(subjectKinds),
    data: anyJsonObject,
    requestId: z.string().nullable().describe('The request that caused it.'),
    hash: hash(
      'SHA-256 of the 32 bytes of `prevHash` and the canonical JSON (RFC 8785) of {actor, at, customerId, data, kind, requestId, seq, subject}',
    ),
    prevHash: hash('The hash of the entry before, zeros before the first'),
  })
  .meta({ id: 'ActivityEntry' });

/** A page of a log, and from where on. */
export const activityQuery = pageQuery.extend({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0).describe('Entries after this `seq` only.'),
});

export const presentActivityEntry = ({
  seq,
  at,
  kind,
  actor,
  subject,
  data,
  requestId,
  hash,
  prevHash,
}: LoggedEntry): z.output<typeof activityEntrySchema> => ({
  seq,
  at,
  kind,
  actor,
  subject,
  data,
  requestId,
  hash,
  prevHash,
});
