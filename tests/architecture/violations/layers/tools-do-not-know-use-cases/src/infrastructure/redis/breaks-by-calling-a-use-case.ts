import type { Clock } from '../../application/ports/clock.js';
import { SweepDueCommands } from '../../application/dispatch/sweep-due-commands.js';

export const sweep = (clock: Clock): Date => {
  new SweepDueCommands().execute();
  return clock.now();
};
