import { Fault } from '../../domain/shared/fault.js';

/** Whoever repeats a vote that is refused does not fill the log with it. */
export const refusalsApartMs = 60_000;

/** A vote that was understood and not accepted, whatever the reason. */
export const isRefusal = (error: unknown): error is Fault =>
  error instanceof Fault && !['unavailable', 'not_found', 'invalid'].includes(error.kind);
