import type { AuthServer } from '../../../application/ports/auth-server.js';

export interface LocalIdentityOptions {
  readonly authServer: AuthServer;
}
