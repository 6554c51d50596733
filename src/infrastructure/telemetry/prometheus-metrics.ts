import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CommandCensus } from '../../application/ports/command-census.js';
import { CensusMetrics } from './census-metrics.js';
import { CommandMetrics } from './command-metrics.js';
import { SocketMetrics } from './socket-metrics.js';

export interface ServedMetrics {
  readonly port: number;
  stop(): Promise<void>;
}

/** What shares a commit. */
export type BatchKind = 'proposals' | 'ledger';

/** What the process, its requests and its commands cost, as Prometheus text. Labels come from closed sets only. */
export class PrometheusMetrics {
  readonly commands: CommandMetrics;
  readonly sockets: SocketMetrics;
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #batchSizes: Histogram;
  readonly #batchWaits: Histogram;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.commands = new CommandMetrics(this.#registry);
    this.sockets = new SocketMetrics(this.#registry);
    this.#requests = new Histogram({
      name: 'fieldgate_http_request_duration_seconds',
      help: 'Time from a request to its answer, by route. Long polls wait on purpose.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    this.#batchSizes = new Histogram({
      name: 'fieldgate_group_commit_batch_size',
      help: 'How many writes shared a commit.',
      labelNames: ['kind'],
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    });
    this.#batchWaits = new Histogram({
      name: 'fieldgate_group_commit_wait_seconds',
      help: 'How long the first write of a batch waited for the batch before it.',
      labelNames: ['kind'],
      buckets: [0.000_25, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers,
    });
  }

  /** From now on it also shows what waits in the whole fleet. */
  showCensus(census: CommandCensus): void {
    new CensusMetrics(this.#registry, census);
  }

  /** `route` is the pattern, never the path: the number of series stays bounded. */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  observeBatch(kind: BatchKind, { items, waitedMs }: { items: number; waitedMs: number }): void {
    this.#batchSizes.observe({ kind }, items);
    this.#batchWaits.observe({ kind }, waitedMs / 1_000);
  }

  /** What it serves, as the documentation lists it. */
  kinds(): readonly { readonly name: string; readonly type: string }[] {
    return this.#registry.getMetricsAsArray().map((metric) => ({
      name: metric.name,
      type: metric instanceof Counter ? 'counter' : metric instanceof Gauge ? 'gauge' : 'histogram',
    }));
  }

  /** Serves `/metrics` on a port of its own, away from the public one. */
  async serve(host: string, port: number): Promise<ServedMetrics> {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      this.#registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': this.#registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    return {
      port: (server.address() as AddressInfo).port,
      stop: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
          server.closeAllConnections();
        }),
    };
  }
}
