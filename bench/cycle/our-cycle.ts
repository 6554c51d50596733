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
  const seats = Array.from({ length: callers }, (_, caller) => ({
    own: units.filter((_unit, index) => index % callers === caller),
    turn: 0,
  }));
  return {
    name,
    cycle: async (caller) => {
      const seat = seats[caller];
      const unit = seat?.own[seat.turn % seat.own.length];
      if (seat === undefined || unit === undefined) throw new Error('a caller has no device');
      seat.turn += 1;
      await work.cycle(unit);
    },
  };
}
