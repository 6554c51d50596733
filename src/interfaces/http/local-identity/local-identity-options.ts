import type { AuthFactors } from '../../../application/ports/auth-factors.js';
import type { AuthServer } from '../../../application/ports/auth-server.js';

export interface LocalIdentityOptions {
  readonly authServer: AuthServer;
  readonly authFactors: AuthFactors;
}
