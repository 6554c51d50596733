export const reachedByHand = true;
