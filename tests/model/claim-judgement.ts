import type { ClaimFacts } from './device-operations.js';
import type { CommandReference } from './command-reference.js';
import { inOrder } from './modelled-command.js';
import type { ModelledCommand } from './modelled-command.js';
import type { Answer } from './operation.js';

const idsOf = (commands: readonly ModelledCommand[]): readonly string[] => commands.map(({ id }) => id);
const same = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join();

/**
 * Whether a claim call, made while nothing else went on, was given what it should have been: not only nothing wrong, but
 * everything, in its order. `model` stands before the call. Null, or what is wrong.
 */
export function wrongWithClaims(
  { attemptId, limit }: ClaimFacts,
  { outcome, claimed }: Answer,
  model: CommandReference,
): string | null {
  if (claimed === undefined)
    return outcome === 'unauthenticated' || !model.state.filled ? null : `answered ${outcome}`;
  const given = claimed.map(({ id }) => id);
  const ordered = given.flatMap((id) => model.at(id) ?? []).sort(inOrder);
  if (!same(given, idsOf(ordered))) return 'answered in another order than that of the queue';
  const replays = model.all.map(({ id }) => model.at(id)).filter((command) => command !== undefined);
  const held = replays
    .filter(({ state, claim }) => state === 'claimed' && claim?.attemptId === attemptId)
    .sort(inOrder);
  if (!model.state.calm || !model.state.active) return null;
  if (held.length > 0) {
    const again = held.filter((command) => model.isReplay(command, attemptId));
    return same(given, idsOf(again)) ? null : `a repeated call should bring back ${idsOf(again).join()}`;
  }
  if (given.length > limit) return 'more than asked for';
  const available = model.available();
  // What was claimed under this name before may have ended, or lapsed: then it gets nothing new for five minutes.
  const isUsed = model.state.attempts.has(attemptId);
  if (isUsed && given.length === 0) return null;
  if (!isClear(model)) {
    const known = available.filter((command) => model.companyOf(command, false) === null);
    return given.length === 0 && known.length > 0 && !isUsed
      ? `nothing, but ${idsOf(known).join()} wait`
      : null;
  }
  const expected = idsOf(available.slice(0, limit));
  return same(given, expected) ? null : `should have been given ${expected.join()}`;
}

/** Whether the dispatch store can know all of it: time has moved nothing that it was not told. */
const isClear = (model: CommandReference): boolean =>
  !model.isOverdue &&
  !model.all.some(({ lane, notBefore, attempt }) => lane !== null && notBefore !== null && attempt === 0);
