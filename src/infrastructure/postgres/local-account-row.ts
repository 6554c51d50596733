import type { LocalAccount } from '../../application/ports/local-accounts.js';

export interface LocalAccountRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly password_hash: string;
  readonly created_at: Date;
  readonly last_sign_in_at: Date | null;
}

export const localAccountOf = (row: LocalAccountRow): LocalAccount => ({
  id: row.id,
  email: row.email,
  name: row.name,
  passwordHash: row.password_hash,
  createdAt: row.created_at,
  lastSignInAt: row.last_sign_in_at,
});
