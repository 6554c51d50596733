import { changeKeyRing } from '../infrastructure/signing/key-ring-file.js';
import { readKeyRing, writeKeyRing } from '../infrastructure/signing/key-ring.js';
import { revoke, rotate } from '../infrastructure/signing/rotate-keys.js';
import { keyRingPath } from '../infrastructure/signing/signing-keys.js';
import type { KeyOperations } from '../interfaces/cli/operations.js';
import type { Config } from './config.js';

const dayMs = 86_400_000;

/** Kept keys are changed where they are; those of the environment are answered, for whoever keeps them. */
export function keyOperations(configuration: () => Config): KeyOperations {
  const place = () => {
    const { GRANT_SIGNING_KEY: configured, DATA_DIR } = configuration();
    return { configured, path: keyRingPath(DATA_DIR) };
  };
  return {
    async rotate(overlapDays) {
      const { configured, path } = place();
      const now = new Date();
      const formerUntil = new Date(now.getTime() + overlapDays * dayMs);
      if (configured !== undefined) {
        const ring = readKeyRing(configured, 'GRANT_SIGNING_KEY');
        const { announced, rotated } = await rotate(ring, now, formerUntil);
        return {
          ...{ keyId: rotated.signing.keyId, formerKeyId: ring.signing.keyId },
          formerUntil: formerUntil.toISOString(),
          firstEverywhere: writeKeyRing(announced),
          thenEverywhere: writeKeyRing(rotated),
        };
      }
      const keyIds = { keyId: '', formerKeyId: '' };
      await changeKeyRing(path, async (ring) => {
        const { rotated } = await rotate(ring, now, formerUntil);
        keyIds.keyId = rotated.signing.keyId;
        keyIds.formerKeyId = ring.signing.keyId;
        return rotated;
      });
      return { ...keyIds, formerUntil: formerUntil.toISOString(), keptIn: path };
    },
    async revoke(keyId) {
      const { configured, path } = place();
      if (configured !== undefined) {
        const ring = revoke(readKeyRing(configured, 'GRANT_SIGNING_KEY'), keyId);
        return { revoked: keyId, everywhere: writeKeyRing(ring) };
      }
      await changeKeyRing(path, (ring) => Promise.resolve(revoke(ring, keyId)));
      return { revoked: keyId, keptIn: path };
    },
  };
}
