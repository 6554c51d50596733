import { Fault } from '../../../src/domain/shared/fault.js';

/** The fault that `act` is refused with. Anything else that is thrown, and no refusal at all, fails the test. */
export function refusalOf(act: () => unknown): Fault {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
