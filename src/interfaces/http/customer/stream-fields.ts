import { z } from 'zod';

/** The last of what a claim has put out so far. */
export const streamFields = {
  from: z
    .int()
    .describe(
      'Number of the first of `pieces`. A claim counts its pieces from 1; those between the last one that you have and this one are not kept any more.',
    ),
  pieces: z.array(z.string()).describe('Output of the claim, in its order and without a gap.'),
};
