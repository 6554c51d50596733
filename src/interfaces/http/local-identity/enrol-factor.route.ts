import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import type { LocalIdentityOptions } from './local-identity-options.js';

const body = z.object({
  factor_type: z.literal('totp'),
  friendly_name: z.string().trim().max(100).default(''),
  issuer: z.string().trim().max(100).default(''),
});

const refusals = {
  ...tokenRefusals,
  name_taken: 'mfa_factor_name_conflict',
  too_many: 'too_many_enrolled_mfa_factors',
} as const;

const usualIssuer = 'Fieldgate';

export const enrolFactorRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (
  app,
  { authFactors },
  done,
) => {
  app.post('/factors', { schema: { body } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const { friendly_name: name, issuer } = request.body;
    const enrolled = await authFactors.enrol(token, { name, issuer: issuer === '' ? usualIssuer : issuer });
    if (typeof enrolled === 'string') return refuse(reply, refusals[enrolled]);
    const { id, secret, uri } = enrolled;
    return { id, type: 'totp', friendly_name: name, totp: { qr_code: renderSVG(uri), secret, uri } };
  });
  done();
};
