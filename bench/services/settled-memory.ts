import { setTimeout } from 'node:timers/promises';

/** Loaded before a program that is weighed: tells its parent, whenever it asks, what memory is in use. */
const collections = 4;
const pauseMs = 250;

async function tell(): Promise<void> {
  // What a first collection has found dead may hold what only a later one finds. The last resort gives back the room
  // for new objects too, which is as big as the last minutes were busy.
  for (let collection = 0; collection < collections; collection += 1) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await setTimeout(pauseMs);
  }
  process.send?.(process.memoryUsage());
}

process.on('message', () => void tell());
// It does not keep the program from ending.
process.channel?.unref();
