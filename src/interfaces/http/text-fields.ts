import { z } from 'zod';

/** Postgres stores neither NUL nor half of a surrogate pair, and nobody can have meant them. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Text of people and devices: any characters that can be stored, line breaks included. */
export const text = (maxLength: number) =>
  z.string().max(maxLength).refine(isStorable, 'must be well-formed Unicode without NUL');

/** One line to be shown: no control characters, and something to see. */
export const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must not hold control characters');

/**
 * What a program on a device printed, NUL included, bounded by its UTF-8 bytes; beyond, it is `payload_too_large`.
 * Half of a surrogate pair has no UTF-8, and so no bytes to count.
 */
export const boundedText = (maxBytes: number) =>
  z
    .string()
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
    .refine((value) => Buffer.byteLength(value) <= maxBytes, {
      message: `must not be longer than ${String(maxBytes)} bytes`,
      params: { tooLarge: true },
    })
    .describe(`At most ${String(maxBytes)} bytes of UTF-8.`);

export const label = line(64);

export const labels = z.array(label).max(32);
