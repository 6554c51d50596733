import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CustomerFeed } from '../../../src/application/live/customer-feed.js';
import { Subscriptions } from '../../../src/application/live/subscriptions.js';
import type { ActivityStretch } from '../../../src/application/ports/activity-log.js';
import type { LoggedEntry } from '../../../src/domain/activity/logged-entry.js';
import { noEntry } from '../../../src/domain/activity/logged-entry.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';

const devices = ['a', 'b', 'c'];

/** Entries about devices in turn, irregularly. */
const entryAt = (seq: number): LoggedEntry => ({
  customerId: 'shop',
  seq,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'device.updated',
  actor: { kind: 'member', id: 'robin' },
  subject: { kind: 'device', id: devices[(seq * seq) % devices.length] ?? '' },
  data: {},
  requestId: null,
  hash: '',
  prevHash: '',
});

const ofDevice = (id: string, from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + 1 + index).filter(
    (seq) => entryAt(seq).subject.id === id,
  );

type Act =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'signal' }
  | { readonly do: 'subscribe'; readonly device: string; readonly back: number | null };

const acts = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 450 }) }),
    fc.record({ do: fc.constant('signal' as const) }),
    fc.record({
      do: fc.constant('subscribe' as const),
      device: fc.constantFrom(...devices),
      back: fc.option(fc.integer({ min: 0, max: 900 })),
    }),
  ),
  { minLength: 4, maxLength: 25 },
);

/** A log that grows, one who follows it, and all that may happen between the two, in any order. */
async function live(scheduler: fc.Scheduler, plan: readonly Act[]) {
  let head = 0;
  let failures = 0;
  const read = async (_customerId: string, after: number, limit: number): Promise<ActivityStretch> => {
    await scheduler.schedule(Promise.resolve(), 'asked');
    failures += 1;
    if (failures % 7 === 0) throw generalFaults.dependency_unavailable();
    const to = Math.min(head, after + limit);
    const entries = Array.from({ length: Math.max(0, to - after) }, (_, n) => entryAt(after + n + 1));
    const stretch = { head: { ...noEntry, seq: head }, forgotten: noEntry, entries };
    await scheduler.schedule(Promise.resolve(), 'answered');
    return stretch;
  };
  const feed = new CustomerFeed('shop', { read });
  const sent: { seq: number; prevSeq: number }[] = [];
  const caughtUp: number[] = [];
  const subscriptions = new Subscriptions(feed, {
    send: ({ seq }, prevSeq) => void sent.push({ seq, prevSeq }),
    sendAndWait: async ({ seq }, prevSeq) => {
      sent.push({ seq, prevSeq });
      await scheduler.schedule(Promise.resolve(), 'taken');
      return true;
    },
    caughtUp: (seq) => void caughtUp.push(seq),
    rest: () => scheduler.schedule(Promise.resolve(), 'rested'),
  });
  feed.add({
    topics: () => subscriptions.topics(),
    follows: (topic) => subscriptions.follows(topic),
    hearEntry: (entry, topics) => {
      subscriptions.hear(entry, topics);
    },
    hearPresence: () => undefined,
    hearProgress: () => undefined,
  });
  feed.reach(0);
  const from = new Map<string, number>();
  const running: Promise<void>[] = [];
  let replays = 0;
  for (const act of plan) {
    if (act.do === 'append') head += act.count;
    else if (act.do === 'signal') feed.grow();
    else {
      const after = act.back === null ? null : Math.max(0, head - act.back);
      subscriptions.add([`device:${act.device}`], after, head);
      from.set(act.device, Math.min(from.get(act.device) ?? Infinity, after ?? head));
      if (after !== null) replays += 1;
      // As the reply goes first.
      running.push(scheduler.schedule(Promise.resolve(), 'replied').then(() => subscriptions.goOn()));
    }
    await scheduler.schedule(Promise.resolve(), 'next act');
  }
  // What is compared every so often, until nothing is left to do.
  for (let rounds = 0; rounds < 200 && (feed.position < head || caughtUp.length < replays); rounds += 1) {
    feed.reach(head);
    await scheduler.schedule(Promise.resolve(), 'compared');
  }
  await Promise.all(running);
  return { sent, from, head, caughtUp, replays };
}

describe('the subscriptions of a connection', () => {
  it('send every entry of their topics once, in whichever order things happen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), acts, async (scheduler, plan) => {
        const outcome = live(scheduler, plan);
        await scheduler.waitFor(outcome);
        const { sent, from, head, caughtUp, replays } = await outcome;
        const expected = devices
          .flatMap((device) => ofDevice(device, from.get(device) ?? head, head))
          .sort((one, two) => one - two);
        expect(sent.map(({ seq }) => seq).sort((one, two) => one - two)).toEqual(expected);
        for (const [index, { prevSeq }] of sent.entries())
          if (index > 0) expect(prevSeq).toBe(sent[index - 1]?.seq);
        expect(caughtUp).toHaveLength(replays);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
