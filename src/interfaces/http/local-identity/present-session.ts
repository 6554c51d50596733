import type { AuthSession } from '../../../application/ports/auth-server.js';
import { presentUser } from './present-user.js';

export const presentSession = (session: AuthSession) => ({
  access_token: session.accessToken,
  token_type: 'bearer',
  expires_in: Math.floor(session.expiresInMs / 1000),
  expires_at: Math.floor(session.expiresAt.getTime() / 1000),
  refresh_token: session.refreshToken,
  user: presentUser(session.user),
});
