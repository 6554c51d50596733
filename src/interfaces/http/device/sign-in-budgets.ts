import type { FastifyReply } from 'fastify';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { spendBudget } from '../rate-limits.js';
import { describeRoutes } from '../route-problems.js';

/** From here on, every route of the scope is open to strangers, within the budget of their address. */
export function limitStrangers(scope: HttpApp, { rateLimiter, rateRules }: HttpServerOptions): void {
  describeRoutes(scope, {
    tag: 'device',
    security: [],
    problems: ['rate_limited', 'dependency_unavailable'],
  });
  scope.addHook('onRequest', (request, reply) =>
    spendBudget(rateLimiter, rateRules.signInPerAddress, request.ip, reply),
  );
}

/** Spends the budget of the device that the body names, existing or not: guessing one secret must take ages. */
export const spendSignIn = (
  { rateLimiter, rateRules }: HttpServerOptions,
  deviceId: string,
  reply: FastifyReply,
): Promise<void> => spendBudget(rateLimiter, rateRules.signInPerDevice, deviceId, reply);
