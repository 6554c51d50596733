import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { LocalIdentityOptions } from './local-identity-options.js';

export const keysRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (app, { authServer }, done) => {
  app.get('/.well-known/jwks.json', async (_, reply) => {
    void reply.header('cache-control', 'public, max-age=600');
    return Promise.resolve(authServer.publicKeys());
  });
  done();
};
