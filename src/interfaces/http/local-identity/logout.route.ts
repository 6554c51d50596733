import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import type { LocalIdentityOptions } from './local-identity-options.js';

const querystring = z.object({ scope: z.enum(['global', 'local', 'others']).default('global') });

export const logoutRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (app, { authServer }, done) => {
  app.post('/logout', { schema: { querystring } }, async (request, reply) => {
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const outcome = await authServer.signOut(token, request.query.scope);
    return outcome === 'signed_out' ? reply.code(204).send() : refuse(reply, tokenRefusals[outcome]);
  });
  done();
};
