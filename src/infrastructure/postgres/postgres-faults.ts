import { DatabaseError } from 'pg';

import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

const retryAfterMs = 1_000;

/** Errors after which the server has certainly undone the statement, and that may go away when it is run again. */
const undoneCodes = ['40001', '40P01'];
const lockTimeoutCode = '55P03';
/** Read-only server (a failover under way), cancelled by the statement limit, database not there (yet). */
const awayCodes = ['25006', '57014', '3D000', lockTimeoutCode, ...undoneCodes];
/** Connection, authorisation, resources, operator intervention, system error. */
const awayClasses = ['08', '28', '53', '57', '58'];
const dataClass = '22';

/** The server's error, also when it has been made a fault of. */
const serverError = (error: unknown): DatabaseError | null => {
  const origin = error instanceof Fault ? error.cause : error;
  return origin instanceof DatabaseError ? origin : null;
};

export const isUndone = (error: unknown): boolean => undoneCodes.includes(serverError(error)?.code ?? '');

export const isLockTimeout = (error: unknown): boolean => serverError(error)?.code === lockTimeoutCode;

/**
 * True when the server does not know a prepared statement, or knows it already, on a connection that a pooler handed
 * on; or when a migration has changed what it answers. Whichever it is, the statement was not run.
 */
export const isUnpreparable = (error: unknown): boolean =>
  ['26000', '42P05', '0A000'].includes(serverError(error)?.code ?? '');

/** True when there is one already of what there may be one only. */
export const isDuplicate = (error: unknown): boolean => serverError(error)?.code === '23505';

/** True when a row refers to something that is not there. */
export const isDanglingReference = (error: unknown): boolean => serverError(error)?.code === '23503';

/** True when the connection that gave the error is still good: the server answered, and did not hang up. */
export const leavesConnectionUsable = (error: unknown): boolean =>
  error instanceof DatabaseError && !['FATAL', 'PANIC'].includes(error.severity ?? '');

export const unavailable = (detail: string, cause?: unknown): Fault =>
  generalFaults.dependency_unavailable(detail, { retryAfterMs, cause });

/**
 * What the driver says, as a fault: `dependency_unavailable` when the outcome is unknown or nothing was done,
 * `invalid_request` when a value cannot be stored. Everything else is a mistake of ours and stays what it is.
 */
export function postgresFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  // What does not come from the server is about the way to it: refused, reset, timed out.
  if (!(error instanceof DatabaseError)) return unavailable('The database cannot be reached.', error);
  const code = error.code ?? '';
  if (awayCodes.includes(code) || awayClasses.includes(code.slice(0, 2))) {
    return unavailable('The database cannot answer now.', error);
  }
  if (code.startsWith(dataClass)) {
    return generalFaults.invalid_request(
      'A value is out of range, or holds a character that cannot be stored.',
      { cause: error },
    );
  }
  return error;
}
