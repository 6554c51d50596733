import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { CommandState } from '../../domain/command/command-state.js';
import { isTerminal } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { CommandWrite } from './record-observer.js';
import { spanIdOfAttempt, spanIdOfCommand } from './trace-ids.js';

export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** One span in the trace of a command. It names things and how they went: no parameters, no words, no output. */
export interface CommandSpan {
  readonly name: string;
  /** Null: nobody needs to know it. */
  readonly spanId: string | null;
  /** Null for the span of the command itself. */
  readonly parentId: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly facts: SpanFacts;
  /** Why it went wrong, as a stable word; null where it did not. */
  readonly failure: string | null;
  /** Whether the request that is being served caused it; time did otherwise. */
  readonly caused: boolean;
  /** The command that this one repeats. */
  readonly redriveOf: string | null;
}

/** What a write has to add to the trace of its command: the steps, the attempts that are over, the end. */
export function commandSpans(write: CommandWrite): readonly CommandSpan[] {
  return [...stepSpans(write), ...attemptSpans(write), ...wholeSpans(write)];
}

function stepSpans(write: CommandWrite): readonly CommandSpan[] {
  const { stored, command, entries, at } = write;
  const current = stored === null ? null : commandAsOf(stored, at).command;
  const parentId = heldBy(current) ?? heldBy(command) ?? spanIdOfCommand(command.id);
  const told = entries.map((entry) => {
    const dueAt = textOf(entry, 'dueAt');
    const instant = dueAt === null ? at : new Date(dueAt);
    const parent = dueAt === null ? parentId : parentOfDue(entry, write);
    return { ...stepOf(command, entry.kind, instant, parent, factsOf(entry)), caused: dueAt === null };
  });
  const untold = unloggedSteps(current, command, entries).map((name) =>
    stepOf(command, name, at, parentId, {}),
  );
  return [...told, ...untold];
}

/** A lapse is the end of the attempt that was there; whatever else time does, it does to the command. */
const parentOfDue = ({ kind }: NewEntry, { stored, command }: CommandWrite): string =>
  (kind === 'command.lapsed' ? heldBy(stored) : null) ?? spanIdOfCommand(command.id);

/** What devices do often is kept out of the activity log, and is a step all the same. */
function unloggedSteps(
  current: Command | null,
  command: Command,
  entries: readonly NewEntry[],
): readonly string[] {
  if (current === null) return [];
  const isSameClaim = current.claim?.nonce === command.claim?.nonce;
  const isExtended = isSameClaim && current.claim?.leaseUntil !== command.claim?.leaseUntil;
  const isResumed = entries.some(({ kind }) => kind === 'command.resumed');
  return [
    ...(isExtended && !isResumed ? ['command.extended'] : []),
    // The end lets go of what was kept of the output, and is no progress.
    ...(!isTerminal(command.state) && command.progress !== current.progress ? ['command.progressed'] : []),
    ...(command.evidence.length > current.evidence.length ? ['command.evidence_kept'] : []),
  ];
}

function stepOf(
  command: Command,
  name: string,
  at: Date,
  parentId: string,
  facts: SpanFacts,
): Omit<CommandSpan, 'caused'> & { readonly caused: true } {
  return {
    name,
    spanId: null,
    parentId,
    from: at,
    to: at,
    facts: { ...common(command), ...standing(command), ...facts },
    failure: null,
    caused: true,
    redriveOf: name === 'command.proposed' ? command.redriveOf : null,
  };
}

/** Every time somebody stopped holding the command, told with the time at which that happened. */
function attemptSpans({ stored, command, at }: CommandWrite): readonly CommandSpan[] {
  if (stored === null) return [];
  const moves = commandAsOf(stored, at).moves.map((move) => ({ after: move.command, when: move.at }));
  const stages = [...moves, { after: command, when: at }];
  return stages.flatMap(({ after, when }, index) => {
    const before = index === 0 ? stored : (stages[index - 1]?.after ?? stored);
    if (before.state !== 'claimed' || after.state === 'claimed') return [];
    return [
      {
        name: 'attempt',
        spanId: spanIdOfAttempt(before),
        parentId: spanIdOfCommand(command.id),
        from: before.claimedAt ?? when,
        to: when,
        facts: { ...common(command), ...standing(after) },
        failure: failureOf(after),
        caused: false,
        redriveOf: null,
      },
    ];
  });
}

/** The whole command, once it has ended: what it took from the proposal on. */
function wholeSpans({ stored, command, at }: CommandWrite): readonly CommandSpan[] {
  if (!isTerminal(command.state) || (stored !== null && isTerminal(stored.state))) return [];
  const { id, type, risk, deliveryClass, lapses, releases, redriveOf } = command;
  return [
    {
      name: `command ${type}`,
      spanId: spanIdOfCommand(id),
      parentId: null,
      from: command.createdAt,
      to: command.finishedAt ?? at,
      facts: {
        ...common(command),
        ...standing(command),
        'fieldgate.command.risk': risk,
        'fieldgate.command.delivery_class': deliveryClass,
        'fieldgate.command.lapses': lapses,
        'fieldgate.command.releases': releases,
      },
      failure: failureOf(command),
      caused: false,
      redriveOf,
    },
  ];
}

const heldBy = (command: Command | null): string | null =>
  command?.state === 'claimed' ? spanIdOfAttempt(command) : null;

const common = ({ id, type, deviceId, customerId }: Command): SpanFacts => ({
  'fieldgate.command.id': id,
  'fieldgate.command.type': type,
  'fieldgate.device.id': deviceId,
  'fieldgate.customer.id': customerId,
});

const standing = ({ state, stateReason, attempt }: Command): SpanFacts => ({
  'fieldgate.command.state': state,
  'fieldgate.command.attempt': attempt,
  ...(stateReason !== null && { 'fieldgate.command.state_reason': stateReason }),
});

/** An entry says how the command stood then; time may have moved it on in the same write. */
function factsOf(entry: NewEntry): SpanFacts {
  const { actor, requestId } = entry;
  const state = textOf(entry, 'state');
  return {
    ...(state !== null && { 'fieldgate.command.state': state }),
    'fieldgate.actor.kind': actor.kind,
    ...(requestId !== null && { 'fieldgate.request.id': requestId }),
  };
}

const textOf = ({ data }: NewEntry, name: string): string | null => {
  const value = data[name];
  return typeof value === 'string' ? value : null;
};

const failures: readonly CommandState[] = ['failed', 'dead', 'unknown_outcome'];

/** An attempt whose lease ran out went wrong too, even if the command is simply offered again. */
const failureOf = ({ state, stateReason }: Command): string | null =>
  failures.includes(state) || stateReason === 'lease_lapsed' ? (stateReason ?? state) : null;
