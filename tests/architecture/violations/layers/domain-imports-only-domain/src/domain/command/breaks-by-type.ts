import type { Clock } from '../../application/ports/clock.js';
import type { Command } from './command.js';

export type Ranked = (command: Command, clock: Clock) => number;
