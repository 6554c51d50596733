import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Clock } from '../../application/ports/clock.js';
import type { Digests } from '../../application/ports/digests.js';
import type { GrantSigner } from '../../application/ports/grant-signer.js';
import type { IdempotencyRecords } from '../../application/ports/idempotency-records.js';
import type { Ids } from '../../application/ports/ids.js';
import type { RateLimiter } from '../../application/ports/rate-limiter.js';
import type { SocketOptions } from '../ws/socket-options.js';
import type { PortalOptions } from './portal/portal-options.js';
import type { HttpRateRules } from './rate-rules.js';
import type { CustomerUseCases, DeviceUseCases } from './use-cases.js';

/** Resolves when the dependency answers. It may take its time: the door gives it one second. */
export type Probe = () => Promise<unknown>;

export const probeNames = ['database', 'dispatch', 'identity'] as const;
export type ProbeName = (typeof probeNames)[number];

/** Everything the HTTP door needs. */
export interface HttpServerOptions {
  readonly device: DeviceUseCases;
  readonly customer: CustomerUseCases;
  readonly rateLimiter: RateLimiter;
  readonly rateRules: HttpRateRules;
  readonly idempotency: IdempotencyRecords;
  readonly digests: Digests;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly grantKeys: Pick<GrantSigner, 'publicKeys' | 'successions'>;
  readonly probes: Readonly<Record<ProbeName, Probe>>;
  readonly version: string;
  readonly system: SystemFacts;
  /** The text of `docs/faults.md`, shown under `/docs/faults`. */
  readonly faultsPage: string;
  /** A pino instance. Its children carry `requestId`. */
  readonly logger: FastifyBaseLogger;
  /** From 0 to 1: of the requests that are served, how many leave a line; the others always do. Null: none does. */
  readonly requestLogShare: number | null;
  readonly timeouts: HttpTimeouts;
  readonly sockets: SocketOptions;
  /** Addresses or networks of the proxies in front; false when there are none. */
  readonly trustProxy: boolean | string[];
  /** Origins of browsers that may call, beside this server's own. */
  readonly corsOrigins: readonly string[];
  /** Registers the routes of the local identity; null where another service knows the people. */
  readonly localIdentity: ((app: FastifyInstance) => void | Promise<void>) | null;
  readonly portal: PortalOptions;
  /** Aborts as soon as the shutdown starts: not ready from then on, and parked polls answer. */
  readonly shutdown: AbortSignal;
  /** Runs `proceed` so that whatever it calls can find the context. */
  readonly withRequestContext: (context: RequestContext, proceed: () => void) => void;
}

/** What everything that a request causes can find out about it. */
export interface RequestContext {
  readonly requestId: string;
  /** For whom the request is; null until that is known. */
  customerId: string | null;
}

/** What an instance knows of itself from its start on. */
export interface SystemFacts {
  /** What it was built from; null where nobody noted it. */
  readonly build: string | null;
  /** What serves each dependency, in one word. */
  readonly adapters: Readonly<Record<ProbeName, string>>;
}

/** In milliseconds. */
export interface HttpTimeouts {
  /** Longer than the idle timeout of the load balancer in front. */
  readonly keepAliveMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
}
