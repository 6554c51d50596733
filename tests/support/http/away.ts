import { generalFaults } from '../../../src/domain/shared/general-faults.js';

const refuse = (): Promise<never> => Promise.reject(generalFaults.dependency_unavailable());

/** A store that is away, whichever it is: every call to it is refused, as its adapter would refuse it. */
export const away = (): never => new Proxy({}, { get: () => refuse }) as never;
