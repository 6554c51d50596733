import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import type { LocalIdentityOptions } from './local-identity-options.js';
import { presentUser } from './present-user.js';

export const userRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (app, { authServer }, done) => {
  app.get('/user', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const user = await authServer.userOf(token);
    return typeof user === 'string' ? refuse(reply, tokenRefusals[user]) : presentUser(user);
  });
  done();
};
