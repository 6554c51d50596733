import type { AuthFactor, AuthUser } from '../../../application/ports/auth-server.js';

export const presentUser = ({ id, email, name, createdAt, lastSignInAt, factors }: AuthUser) => ({
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
  factors: factors.map(presentFactor),
  created_at: createdAt,
  updated_at: lastSignInAt ?? createdAt,
  is_anonymous: false,
});

const presentFactor = ({ id, name, createdAt, verifiedAt }: AuthFactor) => ({
  id,
  friendly_name: name,
  factor_type: 'totp',
  status: verifiedAt === null ? 'unverified' : 'verified',
  created_at: createdAt,
  updated_at: verifiedAt ?? createdAt,
});
