import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What is said over sockets. `path` is one of the few that speak WebSocket, `type` one of the contract's words. */
export class SocketMetrics {
  readonly #open: Gauge;
  readonly #closed: Counter;
  readonly #messages: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#open = new Gauge({
      name: 'fieldgate_sockets_open',
      help: 'Connections that are open here.',
      labelNames: ['path'],
      registers,
    });
    this.#closed = new Counter({
      name: 'fieldgate_sockets_closed_total',
      help: 'Connections that have ended, by close code; 1006 is one that broke.',
      labelNames: ['path', 'code'],
      registers,
    });
    this.#messages = new Histogram({
      name: 'fieldgate_socket_message_duration_seconds',
      help: 'Time from the turn of a message to its answer. Claims wait on purpose.',
      labelNames: ['path', 'type', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
  }

  opened(path: string): void {
    this.#open.inc({ path });
  }

  closed(path: string, code: number): void {
    this.#open.dec({ path });
    // Whoever hangs up chooses the code: the number of series stays bounded.
    const isOurs = (code >= 1000 && code <= 1015) || (code >= 4400 && code <= 4409);
    this.#closed.inc({ path, code: isOurs ? String(code) : 'other' });
  }

  answered(path: string, type: string, outcome: string, seconds: number): void {
    this.#messages.observe({ path, type, outcome }, seconds);
  }
}
