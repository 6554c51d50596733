import type { Clock } from '../ports/clock.js';
import { CancelCommand } from '../command/cancel-command.js';

export class CloseSession {
  execute(clock: Clock): Date {
    new CancelCommand().execute();
    return clock.now();
  }
}
