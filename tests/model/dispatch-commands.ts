import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { DispatchQueue, Taken, TakeRequest } from '../../src/application/ports/dispatch-queue.js';
import type { Placement } from '../../src/domain/command/placement.js';
import type { DispatchReference } from './dispatch-reference.js';
import type { Tally } from './tally.js';

/** A dispatch queue of the test's own, told what time it is. */
export interface DispatchUnderTest {
  readonly queue: DispatchQueue;
  readonly step: (byMs: number) => void;
  /** Loses everything. */
  wipe(): Promise<void>;
  readonly tally: Tally;
}

type Step = fc.AsyncCommand<DispatchReference, DispatchUnderTest>;

export const devices = ['d0', 'd1'];
// One name is the beginning of another, and one looks like a name and an id.
const attempts = ['a', 'ab', 'a|c0', 'b', 'c', 'd', 'e', 'f'];
const epochs = ['e0', 'e1'];

const aDevice = fc.constantFrom(...devices);
const anId = fc.integer({ min: 0, max: 7 }).map((n) => `c${String(n)}`);
const aRank = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 2 ** 53 - 4, max: 2 ** 53 - 2 }));
const anAttempt = fc.constantFrom(...attempts);
const someMs = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.constantFrom(1_000, 5_000, 60_000, 299_999, 300_000),
);
const deadline = fc.option(someMs);

const aPlacement: fc.Arbitrary<Placement> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('offer' as const),
      deviceId: aDevice,
      commandId: anId,
      rank: aRank,
      delayMs: fc.oneof(fc.constant(0), someMs),
      dueInMs: deadline,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('hold' as const),
      deviceId: aDevice,
      commandId: anId,
      rank: aRank,
      attemptId: anAttempt,
      forMs: someMs,
      dueInMs: deadline,
    }),
  },
  fc.record({ kind: fc.constant('watch' as const), deviceId: aDevice, commandId: anId, dueInMs: someMs }),
  fc.record({ kind: fc.constant('drop' as const), deviceId: aDevice, commandId: anId }),
);

const aTake = fc.record({
  deviceId: aDevice,
  limit: fc.integer({ min: 1, max: 10 }),
  attemptId: anAttempt,
  holdMs: fc.constantFrom(1, 10, 5_000),
  dueInMs: fc.constantFrom(1, 10, 5_000),
  anew: fc.boolean(),
});

abstract class DispatchStep implements Step {
  abstract readonly kind: string;
  abstract act(reference: DispatchReference, real: DispatchUnderTest): Promise<void>;

  check(): boolean {
    return true;
  }

  async run(reference: DispatchReference, real: DispatchUnderTest): Promise<void> {
    real.tally.count(this.kind);
    await this.act(reference, real);
    // After every step, what can be seen without changing anything.
    for (const device of devices) expect(await real.queue.depth(device)).toEqual(reference.depth(device));
  }

  toString(): string {
    return `${this.kind} ${JSON.stringify(Object.entries(this).filter(([name]) => name !== 'kind'))}`;
  }
}

class Place extends DispatchStep {
  readonly kind = 'place';
  readonly placements: readonly Placement[];
  constructor(placements: readonly Placement[]) {
    super();
    this.placements = placements;
  }
  async act(reference: DispatchReference, { queue, tally }: DispatchUnderTest): Promise<void> {
    for (const { kind } of this.placements) tally.count(`place:${kind}`);
    reference.place(this.placements);
    await queue.place(this.placements);
  }
}

type TakeOf = TakeRequest & { readonly deviceId: string };

class Take extends DispatchStep {
  readonly kind = 'take';
  readonly request: TakeOf;
  constructor(request: TakeOf) {
    super();
    this.request = request;
  }
  async act(reference: DispatchReference, { queue, tally }: DispatchUnderTest): Promise<void> {
    const expected = reference.take(this.request.deviceId, this.request);
    tally.count(`take:${expected.commandIds.length === 0 ? 'nothing' : 'something'}`);
    tally.count(`take:${expected.complete ? 'complete' : 'partial'}`);
    expect(await queue.take(this.request.deviceId, this.request)).toEqual(expected);
    // The same call again: its answer was lost.
    if (expected.commandIds.length === 0) return;
    tally.count('take:repeated');
    expect(await queue.take(this.request.deviceId, this.request)).toEqual(
      reference.take(this.request.deviceId, this.request),
    );
  }
}

class TakeTwice extends DispatchStep {
  readonly kind = 'two takes at once';
  readonly requests: readonly [TakeOf, TakeOf];
  constructor(requests: readonly [TakeOf, TakeOf]) {
    super();
    this.requests = requests;
  }
  async act(reference: DispatchReference, { queue }: DispatchUnderTest): Promise<void> {
    const answers = await Promise.all(this.requests.map((request) => queue.take(request.deviceId, request)));
    const fits = (order: readonly (0 | 1)[]) =>
      reference.tryOut((copy) =>
        order.every((n) => same(copy.take(this.requests[n].deviceId, this.requests[n]), answers[n])),
      );
    expect(fits([0, 1]) || fits([1, 0])).toBe(true);
  }
}

class TakeWhilePlacing extends DispatchStep {
  readonly kind = 'take while placing';
  readonly request: TakeOf;
  readonly placement: Placement;
  constructor(request: TakeOf, placement: Placement) {
    super();
    this.request = request;
    this.placement = placement;
  }
  async act(reference: DispatchReference, { queue }: DispatchUnderTest): Promise<void> {
    const [answer] = await Promise.all([
      queue.take(this.request.deviceId, this.request),
      queue.place([this.placement]),
    ]);
    const taken = (copy: DispatchReference) => same(copy.take(this.request.deviceId, this.request), answer);
    const fits =
      reference.tryOut((copy) => {
        const was = taken(copy);
        copy.place([this.placement]);
        return was;
      }) ||
      reference.tryOut((copy) => {
        copy.place([this.placement]);
        return taken(copy);
      });
    expect(fits).toBe(true);
  }
}

class TakeDue extends DispatchStep {
  readonly kind = 'take due';
  readonly limit: number;
  readonly retryMs: number;
  constructor(limit: number, retryMs: number) {
    super();
    this.limit = limit;
    this.retryMs = retryMs;
  }
  async act(reference: DispatchReference, { queue, tally }: DispatchUnderTest): Promise<void> {
    const due = reference.due();
    const shown = (await queue.takeDue(this.limit, this.retryMs)).map(
      (it) => `${it.deviceId}|${it.commandId}`,
    );
    tally.count(`take due:${shown.length === 0 ? 'nothing' : 'something'}`);
    expect(shown).toHaveLength(Math.min(this.limit, due.length));
    expect(new Set(shown).size).toBe(shown.length);
    expect(due).toEqual(expect.arrayContaining(shown));
    reference.putOff(shown, this.retryMs);
  }
}

class TakeDueTwice extends DispatchStep {
  readonly kind = 'two sweepers at once';
  async act(reference: DispatchReference, { queue }: DispatchUnderTest): Promise<void> {
    const due = reference.due();
    const shown = (await Promise.all([queue.takeDue(100, 5_000), queue.takeDue(100, 5_000)])).flat();
    const keys = shown.map((it) => `${it.deviceId}|${it.commandId}`);
    expect([...keys].sort()).toEqual([...due].sort());
    reference.putOff(keys, 5_000);
  }
}

class StepClock extends DispatchStep {
  readonly kind = 'clock';
  readonly byMs: number;
  constructor(byMs: number) {
    super();
    this.byMs = byMs;
  }
  act(reference: DispatchReference, { step, tally }: DispatchUnderTest): Promise<void> {
    tally.count(this.byMs < 0 ? 'clock:back' : 'clock:on');
    reference.step(this.byMs);
    step(this.byMs);
    return Promise.resolve();
  }
}

class Wipe extends DispatchStep {
  readonly kind = 'wipe';
  async act(reference: DispatchReference, real: DispatchUnderTest): Promise<void> {
    reference.wipe();
    await real.wipe();
  }
}

class BeginRebuild extends DispatchStep {
  readonly kind = 'begin rebuild';
  readonly mark: string;
  constructor(mark: string) {
    super();
    this.mark = mark;
  }
  async act(reference: DispatchReference, { queue }: DispatchUnderTest): Promise<void> {
    reference.beginRebuild(this.mark);
    await queue.beginRebuild(this.mark);
  }
}

class BeginEpoch extends DispatchStep {
  readonly kind = 'begin epoch';
  readonly epoch: string;
  readonly mark: string;
  constructor(epoch: string, mark: string) {
    super();
    this.epoch = epoch;
    this.mark = mark;
  }
  async act(reference: DispatchReference, { queue, tally }: DispatchUnderTest): Promise<void> {
    const begun = reference.beginEpoch(this.epoch, this.mark);
    tally.count(`begin epoch:${begun ? 'begun' : 'lost'}`);
    expect(await queue.beginEpoch(this.epoch, this.mark)).toBe(begun);
    for (const epoch of epochs) expect(await queue.inEpoch(epoch)).toBe(reference.inEpoch(epoch));
  }
}

const same = (one: Taken, other: Taken | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

const aStep = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .array(aPlacement, { minLength: 1, maxLength: 6 })
      .map((placements) => new Place(placements)),
  },
  { weight: 12, arbitrary: aTake.map((request) => new Take(request)) },
  { weight: 4, arbitrary: fc.tuple(aTake, aTake).map((requests) => new TakeTwice(requests)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(aTake, aPlacement)
      .map(([request, placement]) => new TakeWhilePlacing(request, placement)),
  },
  {
    weight: 8,
    arbitrary: fc
      .oneof(someMs, fc.constantFrom(-1, -10, -5_000, -60_000, -300_000))
      .map((byMs) => new StepClock(byMs)),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 10, 5_000))
      .map(([limit, retryMs]) => new TakeDue(limit, retryMs)),
  },
  { weight: 1, arbitrary: fc.constant(null).map(() => new TakeDueTwice()) },
  { weight: 1, arbitrary: fc.constant(null).map(() => new Wipe()) },
  { weight: 4, arbitrary: fc.constantFrom('m0', 'm1').map((mark) => new BeginRebuild(mark)) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...epochs), fc.constantFrom('m0', 'm1'))
      .map(([epoch, mark]) => new BeginEpoch(epoch, mark)),
  },
);

export const dispatchSteps = fc.commands([aStep], { maxCommands: 40, size: 'max' });

/** All that a model of this kind must have seen. */
export const dispatchReach = [
  'place',
  'place:offer',
  'place:hold',
  'place:watch',
  'place:drop',
  'take',
  'take:nothing',
  'take:something',
  'take:complete',
  'take:partial',
  'take:repeated',
  'two takes at once',
  'take while placing',
  'take due',
  'take due:something',
  'two sweepers at once',
  'clock:back',
  'clock:on',
  'wipe',
  'begin rebuild',
  'begin epoch:begun',
  'begin epoch:lost',
];
