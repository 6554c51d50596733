import { expect } from '@jest/globals';
import { v4 as uuidv4 } from 'uuid';
import { claim, result } from './device-operations.js';
import { hour } from './command-reference.js';
import type { CommandReference } from './command-reference.js';
import { people } from './gateway-world.js';
import { byNow, hasEnded } from './modelled-command.js';
import { ModelStep } from './model-step.js';
import type { WorldUnderTest } from './model-step.js';
import type { Operation } from './operation.js';
import { decideOn, resume, resumeDevice, settleOn } from './people-operations.js';
import { deadlinesOf, reconcile, step, sweep, sweepRecord } from './store-operations.js';

const patience = 200;

/**
 * What stood in the way is put right, and the device does its work. Then every command must come to its end, and the
 * dispatch store must have forgotten all of them.
 */
export async function drain(model: CommandReference, real: WorldUnderTest): Promise<void> {
  const run = async (operation: Operation): Promise<void> => {
    const prepared = new ModelStep([operation], `${operation.kind}, at the end`);
    if (prepared.check(model)) await prepared.run(model, real);
  };
  await run(resumeDevice);
  await run(resume);
  // What follows a commit is taken to be interrupted after two seconds; whom a dead gateway held, after five.
  await run(step(6_000));
  await settleDown(run);
  for (let turn = 0; turn < patience; turn += 1) {
    const open = model.all
      .map((command) => byNow(command, model.now))
      .filter((command) => !hasEnded(command));
    if (open.length === 0) return forgets(model, real, run);
    for (const { id, state, proposer } of open) {
      if (state === 'awaiting_approval') await run(decideOn(id, proposer === people.kim ? 'robin' : 'kim'));
      if (state === 'unknown_outcome') await run(settleOn(id));
    }
    const worked = await work(model, run);
    if (worked) continue;
    const next = deadlinesOf(model).findLast((at) => at > model.now);
    await run(step(next === undefined ? 6_000 : next - model.now));
    await settleDown(run);
  }
  throw new Error(`does not come to an end: ${JSON.stringify(model.all.filter((it) => !hasEnded(it)))}`);
}

async function settleDown(run: (operation: Operation) => Promise<void>): Promise<void> {
  for (const operation of [reconcile, sweep, sweepRecord]) await run(operation);
}

const claimAll = () =>
  claim({ attemptId: uuidv4(), limit: 10, leaseMs: null, oldToken: false, filledMeanwhile: false });

/** Claims what there is, and reports on it. Whether there was anything. */
async function work(model: CommandReference, run: (operation: Operation) => Promise<void>): Promise<boolean> {
  const before = model.state.tokens.length;
  await run(claimAll());
  const claimed = model.state.tokens.length - before;
  for (let n = 0; n < claimed; n += 1) {
    await run(result({ n, crossed: false, oldToken: false }, 'succeeded', 'a'));
  }
  return claimed > 0;
}

/** Nothing of what has ended is left where it could be found, and each step of each is in the log, once. */
async function forgets(
  model: CommandReference,
  real: WorldUnderTest,
  run: (operation: Operation) => Promise<void>,
): Promise<void> {
  const { world } = real;
  // Longer than any claim can last.
  await run(step(13 * hour));
  for (let turn = 0; turn < 3; turn += 1) {
    await settleDown(run);
    await run(claimAll());
    await run(step(6_000));
  }
  expect(await world.queue.depth(world.deviceId)).toEqual({ waiting: 0, held: 0 });
  expect(await world.queue.takeDue(100, 1)).toEqual([]);
  // Who was served is known for five minutes, the epoch for as long as it lasts.
  expect((await world.leftInStore()).filter((key) => !/:(served|epoch|rebuilds)\b/.test(key))).toEqual([]);
  await requireWholeLog(model, real);
}

async function requireWholeLog(model: CommandReference, { world }: WorldUnderTest): Promise<void> {
  const entries = await world.entries();
  // No gap, and so nothing that was taken back.
  const [first] = entries;
  if (first !== undefined)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, n) => first.seq + n));
  for (const { id, attempt, lapses, releases, votes, state } of model.all) {
    const count = (...kinds: readonly string[]): number =>
      entries.filter((entry) => entry.id === id && kinds.includes(entry.kind)).length;
    const told = {
      id,
      proposed: count('command.proposed'),
      claimed: count('command.claimed'),
      lapsed: count('command.lapsed'),
      released: count('command.released'),
      decided: count('command.decided'),
      ends: count(...ends),
    };
    const inRelease = state === 'dead' || state === 'cancelled';
    expect(told).toEqual({
      id,
      proposed: 1,
      claimed: attempt,
      lapsed: lapses,
      released: releases,
      decided: votes.length,
      // The last lapse or the last release may be the end itself.
      ends: inRelease && told.ends === 0 ? 0 : 1,
    });
  }
}

const ends = ['finished', 'settled', 'expired', 'cancelled', 'rejected'].map((kind) => `command.${kind}`);
