import { expect } from '@jest/globals';
import fc from 'fast-check';
import { CommandReference } from './command-reference.js';
import { drain } from './drained-world.js';
import { GatewayWorld } from './gateway-world.js';
import type { WorldStore } from './gateway-world.js';
import { generatedSteps } from './generated-steps.js';
import { isLongHaul, isWholeBudget, modelBudget, printTally } from './model-budget.js';
import { rareReach, useCaseReach } from './model-reach.js';
import { Tally } from './tally.js';

const begin = Date.UTC(2026, 0, 5);

/** Whatever people, devices and gateways do, and whatever fails: compares the use cases on a real record with the model. */
export async function runUseCases(name: string, share: number, store: WorldStore): Promise<void> {
  const tally = new Tally();
  let runs = 0;
  const world = await GatewayWorld.open(store, begin);
  try {
    const property = fc.asyncProperty(generatedSteps, async (steps) => {
      runs += 1;
      await world.begin(begin);
      const model = new CommandReference(begin);
      const real = { world, tally, record: [] };
      await fc.asyncModelRun(() => ({ model, real }), steps);
      await drain(model, real);
    });
    await fc.assert(property, modelBudget(share));
  } finally {
    printTally(name, runs, tally);
    await world.close();
  }
  if (isWholeBudget) expect(tally.missing(useCaseReach)).toEqual([]);
  if (isLongHaul) expect(tally.missing(rareReach)).toEqual([]);
}
