import { z } from 'zod';

/** A number in a query: decimal digits and nothing else, not all the notations that JavaScript reads. */
export const wholeNumber = (least: number, most: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^(0|[1-9]\d*)$/.test(given) ? Number(given) : given),
    z.int().min(least).max(most),
  );
