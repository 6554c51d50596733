import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';

export const gatewayKill: Fault = {
  kind: 'gateway kill -9',
  impossibleBecause: () => null,
  strike: async ({ gateways, dice }) => {
    const node = dice.pick(gateways.nodes);
    await gateways.kill(node);
    await sleep(dice.whole(300, 2_000));
    await gateways.start(node);
    return { note: node.name };
  },
};

/** For longer than the shortest lease: what it held has lapsed when it goes on. */
export const gatewayPause: Fault = {
  kind: 'gateway SIGSTOP',
  impossibleBecause: () => null,
  strike: async ({ gateways, dice }) => {
    const node = dice.pick(gateways.nodes);
    const ms = dice.whole(5_500, 7_500);
    gateways.pause(node);
    try {
      await sleep(ms);
    } finally {
      gateways.resume(node);
    }
    return { note: `${node.name} for ${String(ms)} ms` };
  },
};
