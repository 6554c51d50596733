import { runAgent } from '../../agent/agent.js';
import type { AgentOptions, AgentSurroundings } from '../../agent/agent.js';
import { nothingAllowed } from '../../agent/allow-list.js';
import { createAgentLog } from '../../agent/agent-log.js';

export interface RunningAgent {
  readonly lines: string[];
  /** Resolves or rejects when the agent has ended. */
  readonly ended: Promise<void>;
  /** Tells it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** The whole agent in this process, with no patience and no chance: every back-off is as short as it can be. */
export function startAgent(
  options: Pick<AgentOptions, 'url' | 'dataDir'> & Partial<AgentOptions>,
  changes: Partial<AgentSurroundings> = {},
): RunningAgent {
  const lines: string[] = [];
  const stopping = new AbortController();
  const ended = runAgent(
    {
      ...{ deviceId: 'device-1', activationCode: 'GOOD-CODE', name: null, capacity: 1 },
      transport: 'auto',
      allowList: nothingAllowed,
      ...options,
    },
    {
      log: createAgentLog({
        ...{ level: 'debug', json: false, deviceId: 'device-1', now: Date.now },
        write: (line) => lines.push(line),
      }),
      ...{
        now: Date.now,
        random: () => 0.02,
        graceMs: 200,
        reportMs: 2_000,
        pollWaitMs: 1_000,
        progressEveryMs: 50,
        linkTimes: {
          handshakeMs: 5_000,
          silentMs: 60_000,
          answerMs: 15_000,
          blockedMs: 120_000,
          replacedMs: 30_000,
        },
      },
      ...changes,
    },
    stopping.signal,
  );
  ended.catch(() => undefined);
  return {
    lines,
    ended,
    stop: async () => {
      stopping.abort(new Error('stop'));
      await ended;
    },
  };
}
