import fc from 'fast-check';
import { resultStatuses } from '../../src/domain/command/command.js';
import { settlements } from '../../src/domain/command/settle-rules.js';
import { hour, minute } from './command-reference.js';
import { claim, extend, progress, release, result } from './device-operations.js';
import { ModelStep } from './model-step.js';
import type { Operation } from './operation.js';
import * as by from './people-operations.js';
import * as store from './store-operations.js';

/** An operation, and how it reads in a report. */
interface Told {
  readonly operation: Operation;
  readonly text: string;
}

const told = <Facts extends readonly unknown[]>(
  make: (...facts: Facts) => Operation,
  facts: fc.Arbitrary<Facts>,
): fc.Arbitrary<Told> =>
  facts.map((given) => {
    const operation = make(...given);
    return { operation, text: `${operation.kind} ${given.map((fact) => JSON.stringify(fact)).join(' ')}` };
  });

const plain = (operation: Operation): fc.Arbitrary<Told> => fc.constant({ operation, text: operation.kind });

const nth = fc.nat(20);
const who = fc.constantFrom('robin' as const, 'kim' as const);
/** Mostly true. */
const usually = fc.integer({ min: 0, max: 7 }).map((n) => n < 7);
const rarely = usually.map((yes) => !yes);
// Few, so that one id is asked for twice now and then.
const anId = fc.oneof(
  { weight: 9, arbitrary: fc.uuid({ version: 7 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...Array.from({ length: 3 }, (_, n) => `0190b0a0-0000-7000-8000-00000000000${String(n)}`),
    ),
  },
);

const proposal = fc.record<by.ProposeFacts>({
  id: anId,
  who,
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant('ping' as const) },
    { weight: 3, arbitrary: fc.constant('reboot' as const) },
    { weight: 2, arbitrary: fc.constant('flush_dns_cache' as const) },
  ),
  priority: fc.constantFrom(0, 0, 0, 5, -5),
  notBeforeInMs: fc.constantFrom(null, null, null, null, null, null, null, 1_000, 5_000, 10 * minute),
  expiresInMs: fc.constantFrom(minute, hour, hour, 24 * hour),
  maxAttempts: fc.constantFrom(1, 2, 3),
  visibilityMs: fc.constantFrom(1_000, 1_000, 30_000, 10 * minute),
  lane: fc.constantFrom(null, null, null, 'l1', 'l2'),
  dedupeKey: fc.constantFrom(null, null, null, null, 'k1', 'k2'),
});

const claiming = fc.record({
  attemptId: fc.oneof(fc.constantFrom('again-1', 'again-2'), fc.uuid()),
  limit: fc.integer({ min: 1, max: 4 }),
  leaseMs: fc.constantFrom(null, null, 1_000, 1_000, 10 * minute),
  oldToken: rarely,
  filledMeanwhile: fc.boolean(),
});

const writing = fc.record({
  n: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(4), nth),
  crossed: rarely,
  oldToken: rarely,
});
const status = fc.oneof(fc.constant('succeeded' as const), fc.constantFrom(...resultStatuses));
const output = fc.constantFrom('a', 'a', 'b');

const weighted = (weight: number, arbitrary: fc.Arbitrary<Told>) => ({ weight, arbitrary });

/** What a device does under a claim, and how it comes to one. */
const writes = [
  weighted(20, told(claim, fc.tuple(claiming))),
  weighted(3, told(extend, fc.tuple(writing, fc.constantFrom(1_000, minute, 10 * minute, 12 * hour)))),
  weighted(2, told(progress, fc.tuple(writing, output))),
  weighted(4, told(release, fc.tuple(writing, fc.constantFrom(0, 0, 5_000, 10 * minute)))),
  weighted(12, told(result, fc.tuple(writing, status, output))),
];

const requests = fc.oneof(
  weighted(16, told(by.propose, fc.tuple(proposal))),
  weighted(9, told(by.decide, fc.tuple(nth, who, usually, usually, usually))),
  weighted(3, told(by.cancel, fc.tuple(nth))),
  weighted(2, told(by.settle, fc.tuple(nth, fc.constantFrom(...settlements)))),
  weighted(1, told(by.redrive, fc.tuple(nth, anId, who))),
  weighted(1, plain(by.pause)),
  weighted(2, plain(by.resume)),
  ...writes,
);

const ofGateways = fc.oneof(
  weighted(3, plain(store.sweep)),
  weighted(2, plain(store.sweepRecord)),
  weighted(2, plain(store.reconcile)),
  weighted(1, plain(store.placeEverything)),
);

const onwards = fc.oneof(
  weighted(3, told(store.stepToDeadline, fc.tuple(nth, fc.constantFrom(0, 0, -1, 1)))),
  weighted(
    2,
    told(store.step, fc.tuple(fc.constantFrom(1, 1_000, 1_000, 1_000, 5_000, minute, 5 * minute, hour))),
  ),
);

const alone = (one: fc.Arbitrary<Told>) => one.map(({ operation, text }) => new ModelStep([operation], text));

const interruption = fc.record({
  how: fc.constantFrom('died' as const, 'away' as const),
  atCall: fc.integer({ min: 1, max: 4 }),
  done: fc.boolean(),
});

const calm = [weighted2(22, alone(requests)), weighted2(3, alone(ofGateways)), weighted2(5, alone(onwards))];

function weighted2(weight: number, arbitrary: fc.Arbitrary<ModelStep>) {
  return { weight, arbitrary };
}

/** What may come in between. */
const meddling = fc.oneof(
  { weight: 5, arbitrary: requests },
  { weight: 1, arbitrary: ofGateways },
  { weight: 1, arbitrary: fc.oneof(plain(by.suspendDevice), plain(by.pause)) },
);
const atOnce = fc
  .tuple(fc.oneof(requests, ofGateways), requests)
  .map(
    ([one, other]) => new ModelStep([one.operation, other.operation], `${one.text}, at once ${other.text}`),
  );
const between = fc
  .tuple(fc.oneof(...writes, weighted(3, plain(store.sweepRecord))), meddling)
  .map(
    ([one, other]) =>
      new ModelStep(
        [one.operation, other.operation],
        `${one.text}, and before it writes ${other.text}`,
        null,
        'between',
      ),
  );
/** The same request, sent twice. */
const doubled = requests.map((one) => new ModelStep([one.operation, one.operation], `twice ${one.text}`));
const sweepers = fc
  .constantFrom(
    [store.sweep, store.sweep],
    [store.sweep, store.sweepRecord],
    [store.reconcile, store.reconcile],
  )
  .map((two) => new ModelStep(two, two.map(({ kind }) => kind).join(', at once ')));
const broken = fc
  .tuple(fc.oneof(requests, requests, ofGateways), interruption)
  .map(([one, how]) => new ModelStep([one.operation], one.text, how));

const wild = [
  ...calm,
  weighted2(4, atOnce),
  weighted2(6, between),
  weighted2(2, doubled),
  weighted2(1, sweepers),
  weighted2(4, broken),
  weighted2(1, alone(plain(store.wipe))),
  weighted2(1, alone(told(store.step, fc.tuple(fc.constantFrom(-1, -1_000, -minute, -15 * minute))))),
  weighted2(1, alone(plain(by.suspendDevice))),
  weighted2(2, alone(plain(by.resumeDevice))),
];

const most = { maxCommands: 90, size: 'max' as const };

/** Half of the runs break nothing, so that every answer of a claim call can be told in advance. */
export const generatedSteps = fc.oneof(
  fc.commands([fc.oneof(...calm)], most),
  fc.commands([fc.oneof(...wild)], most),
);
