import type { FastifyRequest } from 'fastify';
import type { AuthenticatedPerson } from '../../../application/customer/authenticate-member.js';
import { requirePrincipal } from '../../../application/customer/authenticate-member.js';
import type { Caller } from '../../../domain/customer/caller.js';
import type { Principal } from '../../../domain/customer/principal.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { bearerToken } from '../bearer-token.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { isUuid } from '../ids-in-paths.js';
import { spendBudgetIfKnown } from '../rate-limits.js';
import { serveCustomer } from '../request-context.js';
import { describeRoutes } from '../route-problems.js';

declare module 'fastify' {
  interface FastifyRequest {
    memberSession: AuthenticatedPerson | null;
  }
}

const maxTokenLength = 8_192;

/** From here on, every route of the scope is for people who belong to a customer, within a person's budget. */
export function requireMember(scope: HttpApp, { customer, rateLimiter, rateRules }: HttpServerOptions): void {
  describeRoutes(scope, {
    tag: 'customer',
    security: ['accessToken'],
    problems: [
      'unauthenticated',
      'forbidden',
      'not_a_member',
      'customer_required',
      'rate_limited',
      'dependency_unavailable',
    ],
  });
  scope.decorateRequest('memberSession', null);
  scope.addHook('onRequest', async (request, reply) => {
    const session = await customer.authenticateMember.execute(accessToken(request), namedCustomer(request));
    // Proposing works without the dispatch store, and so must what leads to it.
    await spendBudgetIfKnown(rateLimiter, rateRules.user, session.person.userId, reply);
    request.memberSession = session;
    if (session.principal !== null) serveCustomer(request, session.principal.customerId);
  });
}

export function memberSessionOf(request: FastifyRequest): AuthenticatedPerson {
  if (request.memberSession === null) throw generalFaults.unauthenticated();
  return request.memberSession;
}

export const principalOf = (request: FastifyRequest): Principal => requirePrincipal(memberSessionOf(request));

export const callerOf = (request: FastifyRequest): Caller => ({
  principal: principalOf(request),
  requestId: request.id,
});

/** Tokens of devices and keys of programs open nothing here, and never reach the identity provider. */
function accessToken({ headers }: FastifyRequest): string {
  const token = bearerToken(headers, maxTokenLength);
  if (token === null || /^fg[a-z]_/.test(token)) throw generalFaults.unauthenticated();
  return token;
}

function namedCustomer({ headers }: FastifyRequest): string | null {
  const named = headers['x-customer-id'];
  if (named === undefined) return null;
  if (typeof named === 'string' && isUuid(named)) return named.toLowerCase();
  throw generalFaults.invalid_request(undefined, {
    errors: [{ path: 'X-Customer-ID', message: 'must be one UUID' }],
  });
}
