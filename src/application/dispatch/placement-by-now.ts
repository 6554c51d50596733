import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Placement } from '../../domain/command/placement.js';
import { placementOf } from '../../domain/command/placement.js';
import type { CommandReading } from '../ports/command-records.js';

/** Where a command that was read belongs. What time has moved still has to be written: it is due for the sweeper. */
export function placementByNow({ command, now, hindrance }: CommandReading): Placement {
  const { command: current, moves } = commandAsOf(command, now);
  const placement = placementOf(current, now, hindrance);
  if (moves.length === 0) return placement;
  return placement.kind === 'drop'
    ? { ...placement, kind: 'watch', dueInMs: 0 }
    : { ...placement, dueInMs: 0 };
}
