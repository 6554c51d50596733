import type { DerivedKeys } from '../../src/infrastructure/signing/signing-keys.js';

/** Keys that never change: the first writes, all read. */
export const fixedKeys = (newest: Uint8Array, ...others: readonly Uint8Array[]): DerivedKeys => ({
  newest: () => newest,
  all: () => [newest, ...others],
  lookAgain: () => false,
});
