import { z } from 'zod';

/** A point in time in an answer: RFC 3339 in UTC, with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });

export const optionalInstant = instant.nullable();

/** A point in time in a request: RFC 3339 with any offset. */
export const givenInstant = z.iso.datetime({ offset: true });

export const durationMs = z.int().min(0).describe('Milliseconds.');
