import type { z } from 'zod';
import { ignoreUnavailable } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { bearerToken } from '../../http/bearer-token.js';
import {
  budgetOf,
  customerSession,
  maxTokenLength,
  namedCustomer,
  principalOfSession,
} from '../../http/customer/member-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import type { SocketAudience } from '../socket-audience.js';
import type { CustomerSignIn } from './customer-access.js';
import { CustomerPeer } from './customer-peer.js';
import { customerRules } from './customer-rules.js';
import { customerCredentials, customerWelcome } from './customer-sign-in.js';
import { liveAnnouncements } from './live-messages.js';

/** People and programs, at `/ws/customer`. */
export function customerAudience(options: HttpServerOptions): SocketAudience<CustomerSignIn, CustomerPeer> {
  const { customer, rateLimiter, rateRules, corsOrigins } = options;
  return {
    name: 'customer',
    summary:
      'People, and programs that act for a customer: what happens as it happens, and what they do about it.',
    security: ['accessToken', 'apiKey'],
    path: '/ws/customer',
    mostFrameBytes: 65_536,
    rules: customerRules,
    announcements: liveAnnouncements,
    welcome: customerWelcome,
    credentials: customerCredentials,
    // The host as the person's browser names it, also where a trusted proxy names another one to us.
    checkHandshake({ headers: { origin }, host }) {
      // Programs name no origin; browsers always do, and cannot be made to name another one.
      if (origin === undefined || corsOrigins.includes(origin)) return;
      if (URL.parse(origin)?.host !== host) throw generalFaults.forbidden('This origin may not connect.');
    },
    credentialsOf({ headers }) {
      const accessToken = bearerToken(headers, maxTokenLength);
      return accessToken === null ? null : { accessToken, customerId: namedCustomer(headers) };
    },
    async signIn(shown) {
      const { accessToken, customerId } = shown as z.output<typeof customerCredentials>;
      const session = await customerSession(customer, accessToken, customerId ?? null);
      const verdict = await rateLimiter.spend(rateRules.user, budgetOf(session)).catch(ignoreUnavailable);
      if (verdict?.allowed === false)
        throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
      return { customerId: principalOfSession(session).customerId, session, accessToken };
    },
    meet: (signIn, connection) => new CustomerPeer(options, signIn, connection).meet(),
  };
}
