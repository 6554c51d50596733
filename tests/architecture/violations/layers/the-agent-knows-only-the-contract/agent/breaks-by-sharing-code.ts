import type { Command } from '../src/domain/command/command.js';
import type { ClaimedCommand } from './wire-contract.js';

export type Either = Command | ClaimedCommand;
