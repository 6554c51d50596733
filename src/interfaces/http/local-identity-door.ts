import type { HttpApp } from './http-app.js';
import type { HttpServerOptions } from './http-server-options.js';
import { spendBudget } from './rate-limits.js';

/** The local identity's own routes, whose sign-ins share the budget of their address with those of devices. */
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
      if (request.routeOptions.url !== '/auth/v1/token') return;
      await spendBudget(rateLimiter, rateRules.signInPerAddress, request.ip, reply);
    });
    await localIdentity(scope);
  });
}
