import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launch, LaunchedServer } from './server-launch.js';
import { launchServer, serverUrl } from './server-launch.js';
import { endServerProcesses } from './server-processes.js';

/** Between a port that was free and the server that takes it, somebody else may. */
const startTries = 3;
const pauseMs = 1_000;

export interface SupervisedServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the server, after ending any that is left over, and starts it again at the same port when it dies:
 * until then the gateway is without its record and says so, and needs no restart of its own.
 */
export async function superviseServer(
  launch: Launch & { readonly log: (message: string) => void },
): Promise<SupervisedServer> {
  const { cluster, log } = launch;
  if ((await endServerProcesses(cluster)) > 0)
    log('Stopped the embedded Postgres that an earlier process left over.');
  const first = await startSomewhere(launch);
  const stopping = new AbortController();
  const done = keepRunning(launch, first, stopping.signal);
  return {
    url: serverUrl(cluster, first.port),
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

interface Started {
  readonly server: LaunchedServer;
  readonly port: number;
}

async function startSomewhere(launch: Launch): Promise<Started> {
  for (let tryNumber = 1; ; tryNumber += 1) {
    const port = await freePort();
    try {
      return { server: await launchServer(launch, port), port };
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('TCP/IP');
      if (!taken || tryNumber === startTries) throw error;
    }
  }
}

async function keepRunning(
  launch: Launch & { readonly log: (message: string) => void },
  { server: first, port }: Started,
  stopping: AbortSignal,
): Promise<void> {
  const stopAsked = stopping.aborted ? Promise.resolve() : once(stopping, 'abort');
  let server: LaunchedServer | null = first;
  while (!stopping.aborted) {
    if (server !== null) await Promise.race([stopAsked, server.ended]);
    if (stopping.aborted) break;
    if (server !== null) launch.log('The embedded Postgres has ended by itself and is started again.');
    server = await startAgain(launch, port);
    if (server === null) await Promise.race([stopAsked, sleep(pauseMs, undefined, { ref: false })]);
  }
  if (server !== null) await server.stop();
}

async function startAgain(
  launch: Launch & { readonly log: (message: string) => void },
  port: number,
): Promise<LaunchedServer | null> {
  try {
    // The children of a server that was killed take a moment to notice.
    await endServerProcesses(launch.cluster);
    return await launchServer(launch, port);
  } catch (error) {
    launch.log(error instanceof Error ? error.message : String(error));
    return null;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
