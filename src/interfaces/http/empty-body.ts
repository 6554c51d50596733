import { z } from 'zod';

/** For calls that take nothing: no body at all, or an empty object. */
export const emptyBody = z.strictObject({}).nullish();
