import type { FastifyReply } from 'fastify';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { RateLimiter, RateRule, RateVerdict } from '../../application/ports/rate-limiter.js';

/**
 * Takes one point of the budget, tells the client what is left of it, and refuses when nothing is.
 * The headers are those of draft-ietf-httpapi-ratelimit-headers-11; several budgets make a list.
 */
export async function spendBudget(
  limiter: RateLimiter,
  rule: RateRule,
  key: string,
  reply: FastifyReply,
): Promise<void> {
  requireBudget(rule, await limiter.spend(rule, key), reply);
}

/** Tells the client what is left of a budget of which a point was taken, and refuses when there was none. */
export function requireBudget(rule: RateRule, verdict: RateVerdict, reply: FastifyReply): void {
  tell(reply, rule, verdict);
  if (!verdict.allowed) throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
}

/** The same, for calls that are worth more than their budget: with its store away they go on. */
export async function spendBudgetIfKnown(
  limiter: RateLimiter,
  rule: RateRule,
  key: string,
  reply: FastifyReply,
): Promise<void> {
  try {
    await spendBudget(limiter, rule, key, reply);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'unavailable') throw error;
  }
}

function tell(reply: FastifyReply, rule: RateRule, { remaining, resetMs }: RateVerdict): void {
  const name = JSON.stringify(rule.name);
  append(reply, 'ratelimit-policy', `${name};q=${String(rule.points)};w=${seconds(rule.windowMs)}`);
  append(reply, 'ratelimit', `${name};r=${String(Math.max(0, remaining))};t=${seconds(resetMs)}`);
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  void reply.header(header, typeof before === 'string' ? `${before}, ${item}` : item);
}

const seconds = (ms: number): string => String(Math.ceil(Math.max(0, ms) / 1_000));
