import type fc from 'fast-check';
import type { Command } from '../../src/domain/command/command.js';
import type { CommandReference } from './command-reference.js';
import type { GatewayWorld, RecordedCommand } from './gateway-world.js';
import type { Interruption } from './interrupted-queue.js';
import { byNow, hasEnded, viewOf, viewOfRecord } from './modelled-command.js';
import type { Answer, ModelEvent, Operation, Prepared } from './operation.js';
import type { Tally } from './tally.js';

export interface WorldUnderTest {
  readonly world: GatewayWorld;
  readonly tally: Tally;
  /** What was on record after the last step. */
  record: readonly RecordedCommand[];
}

/** How two operations meet: at the same time, or the second between what the first reads and what it writes. */
export type Meeting = 'at once' | 'between';

/** One operation, or two at two gateways; with `interruption`, the dispatch store fails them. */
export class ModelStep implements fc.AsyncCommand<CommandReference, WorldUnderTest> {
  readonly #operations: readonly Operation[];
  readonly #interruption: Interruption | null;
  readonly #meeting: Meeting;
  readonly #text: string;

  constructor(
    operations: readonly Operation[],
    text: string,
    interruption: Interruption | null = null,
    meeting: Meeting = 'at once',
  ) {
    this.#operations = operations;
    this.#interruption = interruption;
    this.#meeting = meeting;
    this.#text = text;
  }

  check(model: CommandReference): boolean {
    // A claim that waits for a store to be filled moves the clock under the others.
    if (this.#operations.length > 1 && !model.state.filled) return false;
    return this.#operations.every(({ prepare }) => prepare(model) !== null);
  }

  async run(model: CommandReference, real: WorldUnderTest): Promise<void> {
    const { world, tally } = real;
    const prepared = this.#operations.flatMap(({ prepare }) => prepare(model) ?? []);
    for (const { kind } of this.#operations) tally.count(kind);
    if (prepared.length > 1) tally.count(`${this.#meeting}:two`);
    if (this.#interruption !== null) world.queue.interrupt(this.#interruption);
    const answers =
      this.#meeting === 'between' ? await intruded(prepared, real) : await callAtOnce(prepared, world);
    await world.ports.quiet();
    const broken = world.queue.mend();
    if (broken) tally.count(`interrupted:${this.#interruption?.how ?? ''}`);

    const [record, standing] = [await world.commands(), await world.standing()];
    const before = model.copy();
    before.state.now = world.now;
    const { found, closest } = explain(before, prepared, answers, { record, standing }, broken);
    if (found === null) throw new Error(`${this.#text} answered ${JSON.stringify(answers)}: ${closest}`);
    model.state = found.model.state;
    for (const seen of found.seen) tally.count(seen);
    countStandings(model, tally);
    if (broken || prepared.length > 1) model.state.calm = false;
    if (!broken && prepared.length === 1) judgeAlone(prepared, answers, before, model, this.#text);
    requireLawful(real.record, record);
    real.record = record;
  }

  toString(): string {
    return `\n  ${this.#text}${this.#interruption === null ? '' : ` (${JSON.stringify(this.#interruption)})`}`;
  }
}

/** Each at the next gateway. */
const callAtOnce = (prepared: readonly Prepared[], world: GatewayWorld): Promise<Answer[]> =>
  Promise.all(
    prepared.map(({ call }, n) => (n % 2 === 0 ? call(world) : world.elsewhere(() => call(world)))),
  );

/** The second acts when the first is about to write. A first that writes nothing that way comes before the second. */
async function intruded(
  [first, second]: readonly Prepared[],
  { world, tally }: WorldUnderTest,
): Promise<readonly Answer[]> {
  if (first === undefined || second === undefined) throw new Error('it takes two to meet');
  let intruder: Promise<Answer> | null = null;
  const act = () => (intruder = world.elsewhere(() => second.call(world)));
  world.session.intrude(() => {
    tally.count('between:intruded');
    return act();
  });
  const answer = await first.call(world);
  world.session.leave();
  return [answer, await (intruder ?? act())];
}

/** What commands came to, and what kept them from starting. */
function countStandings(model: CommandReference, tally: Tally): void {
  for (const command of model.all) {
    const { state } = command;
    if (state === 'dead' || state === 'unknown_outcome') tally.count(`state:${state}`);
    const obstacle = state === 'queued' ? model.obstacle(command) : null;
    if (obstacle !== null) tally.count(`hindered:${obstacle}`);
  }
}

function judgeAlone(
  [prepared]: readonly Prepared[],
  [answer]: readonly Answer[],
  before: CommandReference,
  after: CommandReference,
  text: string,
): void {
  if (answer === undefined) return;
  const wrong = prepared?.judge?.(answer, before, after) ?? null;
  if (wrong !== null) throw new Error(`${text} answered ${JSON.stringify(answer)}: ${wrong}`);
}

interface Found {
  readonly model: CommandReference;
  readonly seen: readonly string[];
}

/** How commands and device stand when everything is over. */
interface OnRecord {
  readonly record: readonly RecordedCommand[];
  readonly standing: Awaited<ReturnType<GatewayWorld['standing']>>;
}

/** Of two that met, pausing and going on for one, the answers do not tell which came last. */
function compare(
  { paused, active }: CommandReference['state'],
  standing: OnRecord['standing'],
): string | null {
  if (paused !== standing.paused) return `the queue should ${paused ? '' : 'not '}be paused`;
  return active === standing.active ? null : `the device should ${active ? '' : 'not '}be active`;
}

/** An order of events that explains both what was answered and what is on record. */
function explain(
  before: CommandReference,
  prepared: readonly Prepared[],
  answers: readonly Answer[],
  { record, standing }: OnRecord,
  broken: boolean,
): { readonly found: Found | null; readonly closest: string } {
  let closest = 'no order of what was answered is allowed';
  const search = (
    model: CommandReference,
    left: readonly (readonly ModelEvent[])[],
    seen: readonly string[],
  ): Found | null => {
    if (left.every((events) => events.length === 0)) {
      const difference = compare(model.state, standing) ?? adopt(model, record);
      if (difference === null) return { model, seen };
      closest = difference;
      return null;
    }
    for (const [n, [event, ...later]] of left.entries()) {
      if (event === undefined) continue;
      const rest = left.map((events, index) => (index === n ? later : events));
      const next = model.copy();
      const outcome = event.apply(next);
      // An answer that was lost says nothing.
      if (event.fits(outcome) || broken) {
        const found = search(next, rest, [...seen, `${event.kind}:${outcome}`]);
        if (found !== null) return found;
      } else closest = `${event.kind}: the model says ${outcome}`;
      if (broken) {
        const found = search(model, rest, seen);
        if (found !== null) return found;
      }
    }
    return null;
  };
  const events = prepared.map((it, n) => it.events(answers[n] ?? { outcome: '' }, record));
  return { found: search(before.copy(), events, []), closest };
}

/** Takes over what time has done and somebody has written down. What else differs is told. */
function adopt(model: CommandReference, record: readonly RecordedCommand[]): string | null {
  if (model.all.length !== record.length) {
    return `${record.length} commands are on record, and ${model.all.length} should be`;
  }
  for (const { command, token } of record) {
    const modelled = model.state.commands.get(command.id);
    if (modelled === undefined) return `${command.id} should not be there`;
    const recorded = viewOfRecord(command, token);
    const moved = byNow(modelled, model.now);
    if (viewOf(modelled) === recorded) continue;
    if (viewOf(moved) !== recorded)
      return `on record is\n    ${recorded}\n  and should be\n    ${viewOf(moved)}`;
    model.put(moved);
  }
  return null;
}

/** Of a command that has ended, what nothing changes any more: evidence is all that may be added. */
const endOf = (command: Command): string => JSON.stringify({ ...command, evidence: [], version: 0 });

/** What holds between any two looks at the record, whoever did what. */
function requireLawful(earlier: readonly RecordedCommand[], later: readonly RecordedCommand[]): void {
  const now = new Map(later.map((it) => [it.command.id, it]));
  for (const { command: was } of earlier) {
    const is = now.get(was.id)?.command;
    if (is === undefined) throw new Error(`${was.id} is gone`);
    if (is.version < was.version) throw new Error(`${was.id} went back to an older version`);
    if (is.attempt < was.attempt || is.attempt > is.maxAttempts)
      throw new Error(`attempt ${is.attempt} of ${was.id}`);
    if (hasEnded(was) && endOf(is) !== endOf(was)) {
      throw new Error(`${was.id} had ended, and changed: ${endOf(was)} ${endOf(is)}`);
    }
  }
  const begun = later.filter(({ command }) => command.attempt > 0 && !hasEnded(command));
  for (const company of ['lane', 'dedupeKey'] as const) {
    const names = begun.flatMap(({ command }) => command[company] ?? []);
    if (new Set(names).size < names.length)
      throw new Error(`two have begun with one ${company}: ${names.join()}`);
  }
}
