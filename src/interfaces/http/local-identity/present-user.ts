import type { AuthUser } from '../../../application/ports/auth-server.js';

export const presentUser = ({ id, email, name, createdAt, lastSignInAt }: AuthUser) => ({
  id,
  aud: 'authenticated',
  role: 'authenticated',
  email,
  email_confirmed_at: createdAt,
  confirmed_at: createdAt,
  phone: '',
  last_sign_in_at: lastSignInAt ?? undefined,
  app_metadata: { provider: 'email', providers: ['email'] },
  user_metadata: { name },
  identities: [],
  created_at: createdAt,
  updated_at: lastSignInAt ?? createdAt,
  is_anonymous: false,
});
