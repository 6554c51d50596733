import { randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Tally } from './tally.js';

/** Runs of all models together, unless it is said otherwise. */
const defaultRuns = 2_000;

/** What every change is tried on, the same for all of them. */
const seedOfTheTests = 20_261_127;

/**
 * `FIELDGATE_MODEL_RUNS` is the number of runs of all models together, `FIELDGATE_MODEL_SEED` where the dice begin. With
 * a number of runs and no seed they begin anywhere: that is for looking further, and not for judging a change.
 */
export const modelSeed = Number(
  process.env['FIELDGATE_MODEL_SEED'] ??
    (process.env['FIELDGATE_MODEL_RUNS'] === undefined ? seedOfTheTests : randomInt(2 ** 31)),
);
const allRuns = Number(process.env['FIELDGATE_MODEL_RUNS'] ?? defaultRuns);

/** A run of the long haul may take hours, one of the tests may not. */
export const timeLimitMs = Math.max(600_000, allRuns * 150);

/** A model's part of all runs. `FIELDGATE_MODEL_PATH` repeats one run that failed, without the others. */
export function modelBudget(share: number) {
  const path = process.env['FIELDGATE_MODEL_PATH'];
  return {
    numRuns: Math.max(1, Math.round(allRuns * share)),
    seed: modelSeed,
    ...(path !== undefined && { path }),
    // Looking for a shorter story of a failure may take hours, and what was found by then is told in time.
    interruptAfterTimeLimit: timeLimitMs * 0.8,
    markInterruptAsFailure: true,
  };
}

/** Small budgets may miss the rare ones, and only a long haul is sure to meet the rarest. */
export const isLongHaul = allRuns >= 10 * defaultRuns && process.env['FIELDGATE_MODEL_PATH'] === undefined;
export const isWholeBudget = allRuns >= defaultRuns && process.env['FIELDGATE_MODEL_PATH'] === undefined;

/** Straight to the error stream: what runs the tests swallows their console. */
export function printTally(name: string, runs: number, tally: Tally): void {
  const head = `model ${name}: seed ${String(modelSeed)}, ${String(runs)} runs, ${String(tally.operations)} operations`;
  writeSync(2, `${head}\n  ${tally.toString()}\n`);
}
