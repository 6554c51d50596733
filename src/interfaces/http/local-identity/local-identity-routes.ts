import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { answerAuthError } from './auth-error.js';
import { challengeFactorRoute } from './challenge-factor.route.js';
import { changeUserRoute } from './change-user.route.js';
import { enrolFactorRoute } from './enrol-factor.route.js';
import { keysRoute } from './keys.route.js';
import type { LocalIdentityOptions } from './local-identity-options.js';
import { logoutRoute } from './logout.route.js';
import { removeFactorRoute } from './remove-factor.route.js';
import { tokenRoute } from './token.route.js';
import { userRoute } from './user.route.js';
import { verifyFactorRoute } from './verify-factor.route.js';

/**
 * The part of Supabase Auth's REST that its stock client uses with passwords and authenticator apps, under `/auth/v1`. Answers and
 * errors have the shapes of Supabase Auth, since that client reads them.
 */
export async function localIdentityRoutes(
  app: FastifyInstance,
  options: LocalIdentityOptions,
): Promise<void> {
  await app.register(
    async (scope) => {
      scope.setValidatorCompiler(validatorCompiler);
      scope.setSerializerCompiler(serializerCompiler);
      scope.setErrorHandler(answerAuthError);
      takeEmptyJson(scope);
      await scope.register(tokenRoute, options);
      await scope.register(userRoute, options);
      await scope.register(changeUserRoute, options);
      await scope.register(enrolFactorRoute, options);
      await scope.register(challengeFactorRoute, options);
      await scope.register(verifyFactorRoute, options);
      await scope.register(removeFactorRoute, options);
      await scope.register(logoutRoute, options);
      await scope.register(keysRoute, options);
    },
    { prefix: '/auth/v1' },
  );
}

/** The client names JSON as the type of a body that it does not send. */
function takeEmptyJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}
