import type { ZodType } from 'zod';

export type Shape = ZodType;
