import type { FastifyRequest } from 'fastify';
import type { TokenRefusal } from '../../../application/ports/auth-server.js';
import type { AuthRefusal } from './auth-refusals.js';

/** The bearer token of the request; null when there is none. */
export function accessTokenOf(request: FastifyRequest): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token ?? null;
}

export const tokenRefusals = {
  bad_token: 'bad_jwt',
  session_ended: 'session_not_found',
  second_factor_needed: 'insufficient_aal',
} as const satisfies Record<TokenRefusal | 'second_factor_needed', AuthRefusal>;
