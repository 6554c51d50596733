import type { FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { AuthenticatedPerson } from '../../../application/customer/authenticate-member.js';
import { requirePrincipal } from '../../../application/customer/authenticate-member.js';
import type { AuthenticatedServiceAccount } from '../../../application/customer/authenticate-service-account.js';
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

/** Who asks: a person by an access token, or a program by its API key. */
export type CustomerSession =
  | ({ readonly kind: 'person' } & AuthenticatedPerson)
  | ({ readonly kind: 'service_account' } & AuthenticatedServiceAccount);

declare module 'fastify' {
  interface FastifyRequest {
    customerSession: CustomerSession | null;
  }
}

/** Longer than any access token is. */
export const maxTokenLength = 8_192;

/** From here on, every route of the scope is for those who act for a customer, each within a budget of their own. */
export function requireMember(scope: HttpApp, options: HttpServerOptions): void {
  const { customer, rateLimiter, rateRules } = options;
  describeRoutes(scope, {
    tag: 'customer',
    security: ['accessToken', 'apiKey'],
    problems: [
      'unauthenticated',
      'forbidden',
      'not_a_member',
      'customer_required',
      'rate_limited',
      'dependency_unavailable',
    ],
  });
  scope.decorateRequest('customerSession', null);
  scope.addHook('onRequest', async (request, reply) => {
    // Proposing works without the dispatch store, and so must what leads to it.
    const spend = (budget: string) => spendBudgetIfKnown(rateLimiter, rateRules.user, budget, reply);
    const session = await authenticate(customer, request, spend);
    request.customerSession = session;
    if (session.principal !== null) serveCustomer(request, session.principal.customerId);
  });
}

export function customerSessionOf(request: FastifyRequest): CustomerSession {
  if (request.customerSession === null) throw generalFaults.unauthenticated();
  return request.customerSession;
}

export const principalOf = (request: FastifyRequest): Principal =>
  principalOfSession(customerSessionOf(request));

/** Throws when the session is for no customer, or for none of several. */
export const principalOfSession = (session: CustomerSession): Principal =>
  session.kind === 'person' ? requirePrincipal(session) : session.principal;

export const callerOf = (request: FastifyRequest): Caller =>
  callerOfSession(customerSessionOf(request), request.id);

export function callerOfSession(session: CustomerSession, requestId: string): Caller {
  const caller = { principal: principalOfSession(session), requestId };
  return session.kind === 'person' ? { ...caller, signIn: session.signIn } : caller;
}

async function authenticate(
  customer: HttpServerOptions['customer'],
  { headers }: FastifyRequest,
  spend: SpendBudget,
): Promise<CustomerSession> {
  const token = bearerToken(headers, maxTokenLength);
  if (token === null) throw generalFaults.unauthenticated();
  return customerSession(customer, token, namedCustomer(headers), spend);
}

/** Spends of a budget, by its key; rejects with `rate_limited` when it is used up. */
export type SpendBudget = (budget: string) => Promise<void>;

const forFree: SpendBudget = () => Promise.resolve();

/**
 * Who shows this access token or API key, and for which customer; `customerId` null: they named none. `spend` is called
 * with the key of their budget: a person's also when they name a customer that is not theirs.
 */
export async function customerSession(
  { authenticateMember, authenticateServiceAccount }: HttpServerOptions['customer'],
  token: string,
  customerId: string | null,
  spend = forFree,
): Promise<CustomerSession> {
  if (token.startsWith('fgk_')) {
    const found = await authenticateServiceAccount.execute(token, customerId);
    await spend(found.principal.id);
    return { kind: 'service_account', ...found };
  }
  // Secrets of devices open nothing here, and never reach the identity provider.
  if (/^fg[a-z]_/.test(token)) throw generalFaults.unauthenticated();
  return { kind: 'person', ...(await authenticateMember.execute(token, customerId, spend)) };
}

/** Whose budget is spent. */
export const budgetOf = (session: CustomerSession): string =>
  session.kind === 'person' ? session.person.userId : session.principal.id;

/** Throws `invalid_request` when what is named cannot be one. */
export function namedCustomer(headers: IncomingHttpHeaders): string | null {
  const named = headers['x-customer-id'];
  if (named === undefined) return null;
  if (typeof named === 'string' && isUuid(named)) return named.toLowerCase();
  throw generalFaults.invalid_request(undefined, {
    errors: [{ path: 'X-Customer-ID', message: 'must be one UUID' }],
  });
}
