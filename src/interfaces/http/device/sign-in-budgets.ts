import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { Fault } from '../../../domain/shared/fault.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { addressOf } from '../address-of.js';
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
    spendBudget(rateLimiter, rateRules.signInPerAddress, addressOf(request.ip), reply),
  );
}

/** Longer than any refusal takes to find out, as long as the stores answer as they should. */
const refusalMs = 200;

/**
 * Spends the budget of the device that the body names, existing or not: guessing one secret must take ages. Whoever
 * has the secret has a budget of their own, which no guessing uses up.
 */
export const spendSignIn = (
  { rateLimiter, rateRules }: HttpServerOptions,
  deviceId: string,
  proven: boolean,
  reply: FastifyReply,
): Promise<void> =>
  spendBudget(rateLimiter, proven ? rateRules.provenSignIn : rateRules.signInPerDevice, deviceId, reply);

/** Counts work that was refused among the guesses of the device that it names, and refuses it so when they are used up. */
export async function countGuess<Answer>(
  options: HttpServerOptions,
  deviceId: string,
  reply: FastifyReply,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault && error.kind === 'unauthenticated')
      await spendSignIn(options, deviceId, false, reply);
    throw error;
  }
}

/** Every refusal takes the same time: what is known of a device, and noted about it, cannot be told from outside. */
export async function refuseEvenly<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const from = performance.now();
  try {
    return await work();
  } catch (error) {
    await sleep(Math.max(0, refusalMs - (performance.now() - from)));
    throw error;
  }
}
