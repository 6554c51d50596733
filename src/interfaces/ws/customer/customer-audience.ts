import { z } from 'zod';
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
import type { CustomerSignIn } from './customer-peer.js';
import { CustomerPeer } from './customer-peer.js';
import { customerRules } from './customer-rules.js';

const credentials = z.strictObject({
  accessToken: z.string().min(1).max(maxTokenLength).describe('An access token, or an API key.'),
  customerId: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .nullish()
    .describe('For whom; needed by those who belong to several customers.'),
});

const welcome = z.strictObject({
  customerId: z.uuid(),
  seq: z.int().describe("Where the customer's log ended at this moment."),
});

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
    announcements: {},
    welcome,
    credentials,
    checkHandshake({ headers: { origin, host } }) {
      // Programs name no origin; browsers always do, and cannot be made to name another one.
      if (origin === undefined || corsOrigins.includes(origin)) return;
      if (URL.parse(origin)?.host !== host) throw generalFaults.forbidden('This origin may not connect.');
    },
    credentialsOf({ headers }) {
      const accessToken = bearerToken(headers, maxTokenLength);
      return accessToken === null ? null : { accessToken, customerId: namedCustomer(headers) };
    },
    async signIn(shown) {
      const { accessToken, customerId } = shown as z.output<typeof credentials>;
      const session = await customerSession(customer, accessToken, customerId ?? null);
      const verdict = await rateLimiter.spend(rateRules.user, budgetOf(session));
      if (!verdict.allowed) throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
      return { customerId: principalOfSession(session).customerId, session, accessToken };
    },
    meet: (signIn, connection) => Promise.resolve(new CustomerPeer(options, signIn, connection)),
  };
}
