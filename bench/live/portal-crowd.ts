import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import type { PortalOrders, PortalReport } from './portal-sockets.js';

/** Many portals in a process of their own: they take as much of a processor as who speaks to them. */
export interface PortalCrowd {
  /** Resolves when so many messages more have come, over all of them together. One call at a time. */
  heard(messages: number): Promise<void>;
}

/** Resolves when all of them listen. */
export async function openPortals(orders: PortalOrders, lifecycle: Lifecycle): Promise<PortalCrowd> {
  const child = fork(fileURLToPath(new URL('portal-sockets.js', import.meta.url)), { serialization: 'json' });
  const gone = once(child, 'exit');
  lifecycle.opened('portals', async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await gone;
  });
  const next = async (): Promise<void> => {
    const [report] = (await once(child, 'message')) as [PortalReport];
    if (report.kind === 'failed') throw new Error(`the portals failed: ${report.why}`);
  };
  let total = 0;
  child.send(orders);
  await next();
  return {
    heard: (messages) => {
      total += messages;
      child.send(total);
      return next();
    },
  };
}
