import { reachedByHand } from './reached-by-hand.js';

export const run = reachedByHand;
