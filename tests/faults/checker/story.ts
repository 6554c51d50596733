import type { ClaimCall, Delivered, PersonCall, ProposeCall, WriteCall } from '../history/history-event.js';
import type { CommandRow } from '../history/final-record.js';

export interface Delivery extends Delivered {
  readonly claim: ClaimCall;
}

/** What the activity log says of a command, an entry each, in the log's order. */
export interface LogFact {
  readonly kind: string;
  /** Number of the call that caused it; null when the gateway did it by itself. */
  readonly cause: number | null;
  readonly state: string | null;
  readonly attempt: number | null;
}

/** All that is known of one proposal and the command that came of it. */
export interface Story {
  readonly payload: string;
  readonly proposals: ProposeCall[];
  readonly deliveries: Delivery[];
  readonly writes: WriteCall[];
  readonly acts: PersonCall[];
  readonly log: LogFact[];
  readonly rows: CommandRow[];
  id: string | null;
}

/** One claim of a command, from all answers in which it was seen. */
export interface Grant {
  readonly attempt: number;
  readonly deliveries: readonly Delivery[];
  /** It was made by then. */
  readonly madeBy: number;
}

export const terminalStates: readonly string[] = [
  'succeeded',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'dead',
];

export const isTerminal = (state: string | null | undefined): boolean =>
  state !== null && state !== undefined && terminalStates.includes(state);

export const newStory = (payload: string): Story => ({
  payload,
  proposals: [],
  deliveries: [],
  writes: [],
  acts: [],
  log: [],
  rows: [],
  id: null,
});

export function grantsOf(story: Story): readonly Grant[] {
  const byAttempt = Map.groupBy(story.deliveries, ({ attempt }) => attempt);
  return [...byAttempt]
    .map(([attempt, deliveries]) => ({
      attempt,
      deliveries,
      madeBy: Math.min(...deliveries.map(({ claim }) => claim.to)),
    }))
    .sort((a, b) => a.attempt - b.attempt);
}

/** When the command was certainly recorded; null when nobody was ever told so. */
export function acceptedBy({ proposals }: Story): number | null {
  const accepted = proposals.filter(({ type }) => type === 'ok').map(({ to }) => to);
  return accepted.length === 0 ? null : Math.min(...accepted);
}

/** Before this nothing of the command existed. */
export const proposedFrom = ({ proposals }: Story): number => Math.min(...proposals.map(({ from }) => from));

/** What somebody was told about the state, and when. */
export function statesTold(
  story: Story,
): readonly { readonly from: number; readonly to: number; readonly state: string }[] {
  const told = [...story.writes, ...story.acts].flatMap(({ type, from, to, answer }) =>
    type === 'ok' && answer !== null && answer.state !== null ? [{ from, to, state: answer.state }] : [],
  );
  const proposed = story.proposals.flatMap(({ type, from, to, answer }) =>
    type === 'ok' && answer !== null ? [{ from, to, state: answer.state }] : [],
  );
  return [...told, ...proposed];
}

/** From here on it had ended, for everybody; infinite when nobody was told so. */
export const endedBy = (story: Story): number =>
  Math.min(...statesTold(story).flatMap(({ state, to }) => (isTerminal(state) ? [to] : [])));
