import { isTerminal } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Placement } from '../../domain/command/placement.js';
import { placementOf } from '../../domain/command/placement.js';
import type { CommandReading } from '../ports/command-records.js';

/** Where a command that was read belongs. What time has moved still has to be written: the sweeper keeps it in sight. */
export function placementByNow({ command, now, hindrance }: CommandReading): Placement {
  const placement = placementOf(commandAsOf(command, now).command, now, hindrance);
  return placement.kind === 'drop' && !isTerminal(command.state)
    ? { ...placement, kind: 'watch', dueInMs: 0 }
    : placement;
}
