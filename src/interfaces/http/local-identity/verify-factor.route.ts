import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import { factorParams as params } from './factor-params.js';
import type { LocalIdentityOptions } from './local-identity-options.js';
import { presentSession } from './present-session.js';

const body = z.object({ challenge_id: z.string().max(100), code: z.string().max(100) });

const refusals = {
  ...tokenRefusals,
  wrong_code: 'mfa_verification_failed',
  expired: 'mfa_challenge_expired',
  unknown: 'mfa_factor_not_found',
} as const;

export const verifyFactorRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (
  app,
  { authFactors },
  done,
) => {
  app.post('/factors/:factorId/verify', { schema: { params, body } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const { challenge_id: challengeId, code } = request.body;
    const session = await authFactors.verify(token, {
      factorId: request.params.factorId,
      challengeId,
      code,
    });
    return typeof session === 'string' ? refuse(reply, refusals[session]) : presentSession(session);
  });
  done();
};
