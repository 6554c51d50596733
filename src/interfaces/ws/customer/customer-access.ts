import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEntry } from '../../../domain/activity/logged-entry.js';
import { Fault, ignoreUnavailable, isUnavailable } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import type { CustomerSession, SpendBudget } from '../../http/customer/member-session.js';
import { budgetOf, customerSession, principalOfSession } from '../../http/customer/member-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import type { SocketSession } from '../socket-audience.js';

/** Somebody who acts for a customer, and how they proved it. */
export interface CustomerSignIn extends SocketSession {
  readonly session: CustomerSession;
  readonly accessToken: string;
}

/** A timer takes no more than 2^31 ms. */
const longestWaitMs = 86_400_000;
/** The identity provider is asked with every other ping, which is about once a minute. */
const pingsBetween = 1.5;
const tryAgainMs = 1_000;

/** Entries that may be about whoever is connected. */
const concerning: ReadonlySet<string> = new Set(['member.removed', 'member.role_changed', 'api_key.revoked']);

/**
 * How long somebody may stay connected, and as what. Whatever they ask is asked as who they are at that moment; and
 * what ends their access ends the connection: `end` is called with the fault.
 */
export class CustomerAccess {
  readonly #options: HttpServerOptions;
  readonly #end: (fault: Fault) => void;
  #signIn: CustomerSignIn;
  #expiry: NodeJS.Timeout | undefined;
  #askedAt = performance.now();
  #isOver = false;
  readonly #stopListening: () => void;

  constructor(options: HttpServerOptions, signIn: CustomerSignIn, end: (fault: Fault) => void) {
    this.#options = options;
    this.#signIn = signIn;
    this.#end = end;
    const { session } = signIn;
    this.#stopListening =
      session.kind === 'person'
        ? options.sockets.bus.listen({ userId: session.person.userId }, () => {
            this.#within(() => this.#requireAlive());
          })
        : () => undefined;
    this.#awaitExpiry();
  }

  /** Who they are now. Spends of their budget where it is known. A fault of their access ends the connection, soon. */
  async admit(): Promise<CustomerSession> {
    try {
      return await this.#authenticate((budget) => this.#spend(budget));
    } catch (error) {
      this.#endUnless(error, ['unavailable', 'too_many']);
      throw error;
    }
  }

  /** Another token of the same person or program. Any other ends the connection, soon. */
  async renew(accessToken: string, customerId: string | null): Promise<void> {
    try {
      const before = this.#signIn;
      const named = customerId ?? before.customerId;
      const session = await customerSession(this.#options.customer, accessToken, named);
      if (named !== before.customerId || budgetOf(session) !== budgetOf(before.session))
        throw generalFaults.forbidden("This connection is somebody else's.");
      await this.#spend(budgetOf(session));
      this.#signIn = { customerId: before.customerId, session, accessToken };
      this.#awaitExpiry();
    } catch (error) {
      this.#endUnless(error, ['unavailable', 'too_many']);
      throw error;
    }
  }

  /** Whether what they may do could have changed with this entry. */
  isConcernedBy({ kind, subject }: LoggedEntry): boolean {
    return concerning.has(kind) && subject.id === budgetOf(this.#signIn.session);
  }

  /** Finds out what they may do now, and tells `check`, which throws when that is too little. */
  look(check: (session: CustomerSession) => Promise<void>): void {
    this.#within(async () => {
      while (!this.#isOver) {
        try {
          await check(await this.#authenticate());
          return;
        } catch (error) {
          // Until it is known, they may stay: whatever they ask meanwhile is not answered either.
          ignoreUnavailable(error);
          await sleep(tryAgainMs, undefined, { ref: false });
        }
      }
    });
  }

  /** Now and then: whether the identity provider still knows the sign-in. Rejects when it does not. */
  async askNowAndThen(): Promise<void> {
    const everyMs = pingsBetween * this.#options.sockets.pingMs;
    if (performance.now() - this.#askedAt >= everyMs) await this.#requireAlive();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#expiry);
    this.#stopListening();
  }

  #authenticate(spend?: SpendBudget): Promise<CustomerSession> {
    const { accessToken, customerId } = this.#signIn;
    return customerSession(this.#options.customer, accessToken, customerId, spend);
  }

  /** While the provider does not answer, nobody is sent away. */
  async #requireAlive(): Promise<void> {
    const { session } = this.#signIn;
    if (session.kind !== 'person') return;
    this.#askedAt = performance.now();
    await this.#options.sockets.live.signIns.requireAlive(session.signIn).catch(ignoreUnavailable);
  }

  /** As over HTTP, with the store of the budgets away, what was asked goes on. */
  async #spend(budget: string): Promise<void> {
    const { rateLimiter, rateRules } = this.#options;
    const verdict = await rateLimiter.spend(rateRules.user, budget).catch(ignoreUnavailable);
    if (verdict?.allowed === false)
      throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
  }

  #awaitExpiry(): void {
    clearTimeout(this.#expiry);
    // A renewal may come back after the end.
    if (this.#isOver) return;
    const { session } = this.#signIn;
    const expiresAt = session.kind === 'person' ? session.person.expiresAt : session.expiresAt;
    if (expiresAt === null) return;
    const leftMs = expiresAt.getTime() - this.#options.clock.now().getTime();
    this.#expiry = setTimeout(
      () => {
        if (leftMs > longestWaitMs) this.#awaitExpiry();
        else this.#end(generalFaults.unauthenticated('The sign-in has run out.'));
      },
      Math.max(0, Math.min(leftMs, longestWaitMs)),
    );
    this.#expiry.unref();
  }

  /** What is heard is heard within somebody else's request: this is done for the customer. A fault ends it all. */
  #within(work: () => Promise<void>): void {
    const { ids, withRequestContext } = this.#options;
    const { customerId } = principalOfSession(this.#signIn.session);
    withRequestContext({ requestId: ids.uuid(), customerId }, () => {
      work().catch((error: unknown) => {
        if (!this.#isOver)
          this.#end(error instanceof Fault ? error : generalFaults.internal(undefined, { cause: error }));
      });
    });
  }

  #endUnless(error: unknown, kinds: readonly Fault['kind'][]): void {
    if (!(error instanceof Fault) || isUnavailable(error) || kinds.includes(error.kind)) return;
    // The answer goes first.
    setImmediate(() => {
      this.#end(error);
    });
  }
}
