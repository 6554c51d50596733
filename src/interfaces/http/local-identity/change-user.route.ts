import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accessTokenOf, tokenRefusals } from './access-token.js';
import { refuse } from './auth-error.js';
import type { LocalIdentityOptions } from './local-identity-options.js';
import { presentUser } from './present-user.js';

// Not strict, as for sign-ins; but what is asked for and cannot be done is refused, and not passed over.
const body = z.object({
  password: z.string(),
  email: z.never().optional(),
  phone: z.never().optional(),
  data: z.never().optional(),
});

const refusals = {
  ...tokenRefusals,
  weak_password: 'weak_password',
  same_password: 'same_password',
} as const;

export const changeUserRoute: FastifyPluginCallbackZod<LocalIdentityOptions> = (
  app,
  { authServer },
  done,
) => {
  app.put('/user', { schema: { body } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const token = accessTokenOf(request);
    if (token === null) return refuse(reply, 'no_authorization');
    const user = await authServer.changePassword(token, request.body.password);
    return typeof user === 'string' ? refuse(reply, refusals[user]) : presentUser(user);
  });
  done();
};
