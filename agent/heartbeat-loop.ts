import type { AgentLog } from './agent-log.js';
import { agentVersion } from './agent-version.js';
import { pause } from './backoff.js';
import { GatewayRefusal } from './gateway-refusal.js';
import type { GatewayClock } from './gateway-clock.js';
import type { GatewaySession } from './gateway-session.js';
import type { MachineMetrics } from './machine-metrics.js';
import type { RunningCommands } from './running-commands.js';
import { heartbeatAnswer } from './wire-contract.js';

export interface HeartbeatOptions {
  readonly session: GatewaySession;
  readonly running: RunningCommands;
  readonly metrics: MachineMetrics;
  readonly clock: GatewayClock;
  readonly log: AgentLog;
  readonly signal: AbortSignal;
}

const usualIntervalMs = 30_000;
/** A wrong interval from the gateway must neither flood it nor make the device look dead. */
const shortestMs = 200;
const longestMs = 300_000;

/** Tells the gateway that this device lives and what it holds, and learns which of it to cancel. */
export async function beat(options: HeartbeatOptions): Promise<void> {
  const { session, running, metrics, clock, log, signal } = options;
  while (!signal.aborted) {
    let intervalMs = usualIntervalMs;
    try {
      const answer = await session.call({
        type: 'heartbeat',
        body: () => ({
          status: running.ids().length > 0 ? 'busy' : 'ok',
          metrics: metrics.read(),
          agentVersion,
          claimed: running.ids(),
        }),
        answer: heartbeatAnswer,
        signal,
      });
      clock.learn(answer.serverTime);
      running.cancel(answer.cancelRequested);
      intervalMs = Math.min(longestMs, Math.max(shortestMs, answer.nextHeartbeatMs));
      await pause(intervalMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof GatewayRefusal)) throw error;
      log.error('heartbeat refused', { status: error.status, code: error.code, reason: error.message });
      await pause(intervalMs, signal).catch(() => undefined);
    }
  }
}
