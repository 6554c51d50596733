import { z } from 'zod';

export const factorParams = z.object({ factorId: z.string().max(100) });
