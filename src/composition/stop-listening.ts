import type { HttpServer } from '../interfaces/http/http-server.js';

/** Left for the stores, and for the process to end, once the last request is done or cut off. */
const mostReserveMs = 5_000;

/**
 * Stops accepting, lets what is in flight finish, and cuts off what does not within `graceMs` less a reserve.
 * Node's own close waits for keep-alive connections without end (it took 74 s with one in the middle of a
 * request), so idle ones are closed again and again, and deaf ones at the end.
 */
export async function stopListening(app: HttpServer, graceMs: number): Promise<void> {
  const idle = setInterval(() => {
    app.server.closeIdleConnections();
  }, 100);
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
    clearTimeout(cut);
  }
}
