import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import { factorParams as params } from './factor-params.js';
import type { LocalIdentityOptions } from './local-identity-options.js';

const refusals = { ...tokenRefusals, unknown: 'mfa_factor_not_found' } as const;

export const removeFactorRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (
  app,
  { authFactors },
  done,
) => {
  app.delete('/factors/:factorId', { schema: { params } }, async (request, reply) => {
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const { factorId } = request.params;
    const outcome = await authFactors.remove(token, factorId);
    return outcome === 'removed' ? { id: factorId } : refuse(reply, refusals[outcome]);
  });
  done();
};
