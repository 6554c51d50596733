import type { Bench, Row } from '../bench.js';
import { linesOf } from '../bench.js';
import { race } from '../rounds.js';
import type { Line } from '../table.js';
import { beeQueue } from './bee-queue.js';
import { bullMqByHand } from './bullmq-by-hand.js';
import { handWrittenLua } from './hand-written-lua.js';
import { leastLua } from './least-lua.js';
import { ourDispatch } from './our-dispatch.js';

const targets = { 'hand-written Lua': 0.9, 'bee-queue': 1, BullMQ: 1 };

/** Offer, take and drop on Redis alone. */
export const dispatchRow: Row = {
  name: 'dispatch',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const contenders = [
      await ourDispatch(bench),
      await handWrittenLua(bench),
      beeQueue(bench),
      await bullMqByHand(bench),
      await leastLua(bench),
    ];
    const names = contenders.map(({ name }) => name);
    const lines: Line[] = [];
    for (const callers of [1, 16, 64]) {
      const pace = { rounds: bench.rounds, seconds: bench.seconds / 3, warmUp: bench.warmUp / 3, callers };
      const rates = await race(contenders, pace);
      const what = `offer, take, drop; callers: ${String(callers)}`;
      lines.push(...linesOf(names, rates, { row: 'dispatch', what, unit: 'cycles/s' }, targets));
    }
    return lines;
  },
};
