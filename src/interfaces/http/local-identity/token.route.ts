import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { refuse } from './auth-error.js';
import type { LocalIdentityOptions } from './local-identity-options.js';
import { presentSession } from './present-session.js';

// Not strict: the client adds members for features that do not exist here, such as captchas.
const body = z.object({
  email: z.string().max(320).optional(),
  password: z.string().max(256).optional(),
  refresh_token: z.string().max(256).optional(),
});
const querystring = z.object({ grant_type: z.string() });

const refreshRefusals = { unknown: 'refresh_token_not_found', reused: 'refresh_token_already_used' } as const;

export const tokenRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (app, { authServer }, done) => {
  app.post('/token', { schema: { querystring, body } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const { email, password, refresh_token: refreshToken } = request.body;
    switch (request.query.grant_type) {
      case 'password': {
        if (email === undefined || password === undefined) return refuse(reply, 'validation_failed');
        const session = await authServer.signIn(email, password);
        return typeof session === 'string' ? refuse(reply, session) : presentSession(session);
      }
      case 'refresh_token': {
        if (refreshToken === undefined) return refuse(reply, 'validation_failed');
        const session = await authServer.refresh(refreshToken);
        return typeof session === 'string'
          ? refuse(reply, refreshRefusals[session])
          : presentSession(session);
      }
      default:
        return refuse(reply, 'unsupported_grant_type');
    }
  });
  done();
};
