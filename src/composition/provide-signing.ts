import type { DependencyContainer } from 'tsyringe';
import { commandTypes } from '../infrastructure/catalogue/command-types.js';
import { ZodCommandCatalogue } from '../infrastructure/catalogue/zod-command-catalogue.js';
import { CanonicalDigests } from '../infrastructure/signing/canonical-digests.js';
import { EdDsaGrantSigner } from '../infrastructure/signing/eddsa-grant-signer.js';
import { HmacClaimTokens } from '../infrastructure/signing/hmac-claim-tokens.js';
import { NodeSecrets } from '../infrastructure/signing/node-secrets.js';
import type { SigningKeys } from '../infrastructure/signing/signing-keys.js';
import { UuidIds } from '../infrastructure/signing/uuid-ids.js';
import { provide } from './provide.js';
import * as port from './tokens.js';

/** Keys, secrets and what needs no store. */
export function provideSigning(container: DependencyContainer, keys: SigningKeys): void {
  provide(container, port.COMMAND_CATALOGUE, () => new ZodCommandCatalogue(commandTypes));
  provide(container, port.DIGESTS, () => new CanonicalDigests());
  provide(container, port.IDS, () => new UuidIds());
  provide(container, port.SECRETS, () => new NodeSecrets());
  provide(container, port.CLAIM_TOKENS, () => new HmacClaimTokens(keys.claimTokenKeys));
  provide(container, port.GRANT_SIGNER, () => new EdDsaGrantSigner(keys));
}
