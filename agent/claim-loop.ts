import { randomUUID } from 'node:crypto';
import type { AgentLog } from './agent-log.js';
import { Backoff, pause, slowBackoff } from './backoff.js';
import { GatewayRefusal } from './gateway-client.js';
import type { GatewaySession } from './gateway-session.js';
import { leaseMs } from './held-claim.js';
import { releaseClaim } from './release-claim.js';
import type { RunningCommands } from './running-commands.js';
import { claimAnswer } from './wire-contract.js';

export interface ClaimLoopOptions {
  readonly session: GatewaySession;
  readonly running: RunningCommands;
  readonly log: AgentLog;
  readonly random: () => number;
  /** How long the gateway may keep an empty poll open. */
  readonly waitMs: number;
  /** Aborts when no more commands are wanted. */
  readonly stop: AbortSignal;
  /** Aborts when nothing more may be said to the gateway. */
  readonly reporting: AbortSignal;
}

/** An empty answer that comes faster than this is not a long poll (a gateway on its way down): slow down. */
const hastyMs = 500;
const hasty = { baseMs: 500, capMs: 5_000 };

/**
 * Polls for commands while lanes are free, until `stop`. Every poll has its own attempt id, and a poll whose
 * answer was lost is repeated with the same id, so that commands claimed by it are not lost with it.
 */
export async function claimCommands(options: ClaimLoopOptions): Promise<void> {
  const { session, running, log, stop } = options;
  const emptyHanded = new Backoff(hasty, options.random);
  const refusedBackoff = new Backoff(slowBackoff, options.random);
  while (!stop.aborted) {
    try {
      await running.laneFree(stop);
      const body = { limit: running.freeLanes, visibilityTimeoutMs: leaseMs, attemptId: randomUUID() };
      const askedAt = performance.now();
      const { commands } = await session.call({
        path: '/commands/claim',
        body: () => ({ ...body, waitMs: options.waitMs }),
        answer: claimAnswer,
        timeoutMs: options.waitMs + 15_000,
        signal: stop,
      });
      refusedBackoff.reset();
      for (const claimed of commands) {
        if (!stop.aborted) running.accept(claimed);
        else await releaseClaim(claimed, 'agent_stopping', 0, session, options.reporting);
      }
      if (commands.length > 0 || performance.now() - askedAt > hastyMs) emptyHanded.reset();
      else await pause(emptyHanded.next(), stop);
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof GatewayRefusal)) throw error;
      log.error('claim refused', { status: error.status, code: error.code, reason: error.message });
      await pause(refusedBackoff.next(error.retryAfterMs), stop).catch(() => undefined);
    }
  }
}
