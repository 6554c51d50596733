import type { OpenedContainer } from '../../src/composition/open-container.js';
import { seedUnits, Work } from '../fleet.js';
import type { Contender } from '../rounds.js';

/** Every caller has devices of its own. */
export async function ourCycle(
  opened: OpenedContainer,
  name: string,
  customers: number,
  devicesEach: number,
  callers: number,
): Promise<Contender> {
  const work = new Work(opened.container);
  const units = await seedUnits(opened, customers, devicesEach);
  const turns = Array.from({ length: callers }, () => 0);
  return {
    name,
    cycle: async (caller) => {
      const own = units.filter((_, index) => index % callers === caller);
      const unit = own[(turns[caller] ?? 0) % own.length];
      turns[caller] = (turns[caller] ?? 0) + 1;
      if (unit === undefined) throw new Error('a caller has no device');
      await work.cycle(unit);
    },
  };
}
