import type { Contender } from '../rounds.js';
import type { SocketLine } from './socket-line.js';

/** Messages that are under way at once. No connection may say more than 20 a second: they are shared among many. */
export const atOnce = 64;

export const heartbeat = {
  type: 'heartbeat',
  status: 'ok',
  metrics: { cpu: 0.25, memory: 0.5, uptimeMs: 123_456 },
  agentVersion: '1.0.0',
} as const;

/** Says the same over one connection after the other, and waits for each answer; no connection is used by two callers. */
export function talk(name: string, lines: readonly SocketLine[], said: object, answer: string): Contender {
  const turns = new Array<number>(atOnce).fill(0);
  const share = Math.floor(lines.length / atOnce);
  return {
    name,
    cycle: (caller) => {
      const turn = turns[caller] ?? 0;
      turns[caller] = (turn + 1) % share;
      const line = lines[turn * atOnce + caller];
      if (line === undefined) throw new Error('there are more callers than connections');
      return line.ask(said, answer);
    },
  };
}
