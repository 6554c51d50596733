import type { FastifyReply } from 'fastify';

/**
 * A signal that aborts when nobody needs the answer: the client hung up, or the gateway stops. The listeners
 * go with the answer, so that nothing piles up on the gateway's own signal.
 */
export function abandoned(reply: FastifyReply, shutdown: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  if (shutdown.aborted) abort();
  shutdown.addEventListener('abort', abort, { once: true });
  reply.raw.once('close', () => {
    shutdown.removeEventListener('abort', abort);
    abort();
  });
  return controller.signal;
}
