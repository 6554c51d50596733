import { errorCode, errorMessage } from '../error-words.js';
import { failed } from '../outcome.js';
import type { Outcome } from '../outcome.js';

const meanings: Readonly<Record<string, readonly [code: string, message: string]>> = {
  ECONNREFUSED: ['connection_refused', 'Nothing listens there: the connection was refused.'],
  ECONNRESET: ['connection_reset', 'The other side broke the connection off.'],
  ENOTFOUND: ['host_not_found', 'The name could not be resolved.'],
  EAI_AGAIN: ['host_not_found', 'The name could not be resolved; no name server answered.'],
  EHOSTUNREACH: ['unreachable', 'There is no way to the host.'],
  ENETUNREACH: ['unreachable', 'There is no way to the network.'],
  CERT_HAS_EXPIRED: ['certificate_invalid', 'The certificate has expired.'],
  CERT_NOT_YET_VALID: ['certificate_invalid', 'The certificate is not valid yet, or the clock is wrong.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate_invalid', 'The certificate is for another name.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['certificate_invalid', 'The certificate is signed by itself.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['certificate_invalid', 'The certificate is signed by an unknown authority.'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'certificate_invalid',
    'The certificate is signed by an unknown authority.',
  ],
  ETIMEDOUT: ['unreachable', 'The host did not answer.'],
};

/** Why a connection could not be made, in words that help a person on the telephone. */
export function connectionFailure(error: unknown): Outcome {
  // A name with several addresses fails with all of their errors at once and carries the first one's code.
  const [name, message] = meanings[errorCode(error)] ?? ['connection_failed', errorMessage(error)];
  return failed(name, message);
}
