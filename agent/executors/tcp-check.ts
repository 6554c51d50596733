import { once } from 'node:events';
import { connect } from 'node:net';
import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { failed, succeeded, timedOut } from '../outcome.js';
import { connectionFailure } from './connection-failure.js';
import { host, timeoutMs } from './parameter-shapes.js';

const parameters = z.strictObject({
  host,
  port: z.int().min(1).max(65_535),
  timeoutMs: timeoutMs.default(5_000),
});

/** Whether a port accepts connections; nothing is sent. */
export const tcpCheck = defineExecutor('tcp_check', parameters, async (given, context) => {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(given.timeoutMs)]);
  const startedAt = performance.now();
  const socket = connect({ host: given.host, port: given.port });
  try {
    await once(socket, 'connect', { signal });
    const connectMs = Math.round(performance.now() - startedAt);
    const address = socket.remoteAddress ?? null;
    return succeeded({
      output: `${given.host}:${given.port} accepts connections (${connectMs} ms)`,
      data: { host: given.host, port: given.port, address, connectMs },
    });
  } catch (error) {
    if (context.signal.aborted) return failed('stopped', 'The check was stopped.');
    if (signal.aborted) return timedOut(`No connection within ${given.timeoutMs} ms.`);
    return connectionFailure(error);
  } finally {
    // A late failure of an abandoned connection has no listener left and would end the process.
    socket.on('error', () => undefined);
    socket.destroy();
  }
});
