import type { Command } from './command.js';
import { isTerminal } from './command-state.js';

/**
 * What keeps a command from starting although it could, as far as it goes itself. It is a fact about others, and so
 * it is read together with the command:
 *
 * - `queue_paused`: a person holds back everything that the device has not begun.
 * - `behind`: another one has begun and not ended, of the same lane or with the same dedupe key; or one of the same
 *   lane was accepted earlier, and waits for nothing but its approval or its turn. One that nobody may start before a
 *   `notBefore` in the future does not count: it would let the others starve.
 *
 * What has begun keeps its lane, and its key, until it ends: nobody comes before it. A pause holds it back as well, once
 * it was given back or its lease has lapsed.
 */
export type Hindrance =
  { readonly kind: 'queue_paused' } | { readonly kind: 'behind'; readonly commandId: string };

/** True of a command that others may have to wait for, or it for them. */
export const hasCompany = ({ lane, dedupeKey }: Pick<Command, 'lane' | 'dedupeKey'>): boolean =>
  lane !== null || dedupeKey !== null;

/** True of a command behind which nobody waits, who may have waited before. `command` stands as of `now`. */
export const letsOthersPass = ({ state, attempt, notBefore }: Command, now: Date): boolean =>
  isTerminal(state) || (state === 'queued' && attempt === 0 && notBefore !== null && notBefore > now);
