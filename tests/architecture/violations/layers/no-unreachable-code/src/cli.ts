import { reachedByHand } from './interfaces/cli/reached-by-hand.js';

export const run = reachedByHand;
