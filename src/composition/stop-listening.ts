import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpServer } from '../interfaces/http/http-server.js';

/** Left for the stores, and for the process to end, once the last request is done or cut off. */
const mostReserveMs = 5_000;
/** For whoever is sending a request while the gateway stops. */
const sendWithinMs = 2_000;

/** Connections over HTTP, each with the requests on it that are not answered yet. */
type Busy = Map<Socket, Set<IncomingMessage>>;

/** From now on it is known who is in the middle of a request: to be called before the server listens. */
export function watchConnections(app: HttpServer): Busy {
  const busy: Busy = new Map();
  app.server.on('connection', (socket: Socket) => {
    busy.set(socket, new Set());
    socket.once('close', () => busy.delete(socket));
  });
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const requests = busy.get(request.socket);
    requests?.add(request);
    response.once('close', () => requests?.delete(request));
  });
  // From here on it is a socket's, which is told to go by itself.
  app.server.on('upgrade', ({ socket }: IncomingMessage) => busy.delete(socket));
  return busy;
}

/**
 * Stops accepting, lets what is in flight finish, and cuts off what does not within `graceMs` less a reserve.
 * Node's own close waits for keep-alive connections without end (it took 74 s with one in the middle of a
 * request), so idle ones are closed again and again, those that never come to the end of a request soon, and deaf ones
 * at the end.
 */
export async function stopListening(app: HttpServer, busy: Busy, graceMs: number): Promise<void> {
  const idle = setInterval(() => {
    app.server.closeIdleConnections();
  }, 100);
  const unsent = setTimeout(
    () => {
      for (const [socket, requests] of busy) {
        if ([...requests].every(({ complete }) => !complete)) socket.destroy();
      }
    },
    Math.min(sendWithinMs, graceMs / 4),
  );
  const cut = setTimeout(
    () => {
      app.server.closeAllConnections();
    },
    // A short grace is still mostly for the requests.
    graceMs - Math.min(mostReserveMs, graceMs / 4),
  );
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(unsent);
    clearTimeout(cut);
  }
}
