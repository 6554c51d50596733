import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import { factorParams as params } from './factor-params.js';
import type { LocalIdentityOptions } from './local-identity-options.js';

const refusals = { ...tokenRefusals, unknown: 'mfa_factor_not_found' } as const;

export const challengeFactorRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (
  app,
  { authFactors },
  done,
) => {
  app.post('/factors/:factorId/challenge', { schema: { params } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const challenge = await authFactors.challenge(token, request.params.factorId);
    if (typeof challenge === 'string') return refuse(reply, refusals[challenge]);
    const { id, expiresAt } = challenge;
    return { id, type: 'totp', expires_at: Math.floor(expiresAt.getTime() / 1000) };
  });
  done();
};
