import type { HttpApp } from './http-app.js';
import type { HttpServerOptions } from './http-server-options.js';
import { addressOf } from './address-of.js';
import { spendBudget } from './rate-limits.js';

/** What only reads, or ends what is there. */
const free = ['GET /auth/v1/user', 'GET /auth/v1/.well-known/jwks.json', 'POST /auth/v1/logout'];

/** The local identity's own routes, whose sign-ins and changes share the budget of their address with those of devices. */
export function serveLocalIdentity(
  app: HttpApp,
  { localIdentity, rateLimiter, rateRules }: HttpServerOptions,
): void {
  if (localIdentity === null) return;
  app.register(async (scope) => {
    // Another product's contract: it is no part of ours.
    scope.addHook('onRoute', (route) => {
      route.schema = Object.assign({}, route.schema, { hide: true });
    });
    scope.addHook('onRequest', async (request, reply) => {
      if (free.includes(`${request.method} ${request.routeOptions.url ?? ''}`)) return;
      await spendBudget(rateLimiter, rateRules.signInPerAddress, addressOf(request.ip), reply);
    });
    await localIdentity(scope);
  });
}
