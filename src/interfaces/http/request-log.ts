import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.js';

type LogMethod = FastifyBaseLogger['info'];
type Said = Parameters<LogMethod>;

/**
 * The logger of one request. The logger behind it, whose lines carry the request's id, is made by the first line: it is
 * not free, and where not every request is logged, most say nothing.
 */
export class RequestLog implements FastifyBaseLogger {
  readonly #make: () => FastifyBaseLogger;
  #made: FastifyBaseLogger | null = null;

  constructor(make: () => FastifyBaseLogger) {
    this.#make = make;
  }

  get level(): string {
    return this.#log.level;
  }

  fatal(...said: Said): void {
    this.#log.fatal(...said);
  }

  error(...said: Said): void {
    this.#log.error(...said);
  }

  warn(...said: Said): void {
    this.#log.warn(...said);
  }

  info(...said: Said): void {
    this.#log.info(...said);
  }

  debug(...said: Said): void {
    this.#log.debug(...said);
  }

  trace(...said: Said): void {
    this.#log.trace(...said);
  }

  silent(...said: Said): void {
    this.#log.silent(...said);
  }

  child(...how: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#log.child(...how);
  }

  get #log(): FastifyBaseLogger {
    return (this.#made ??= this.#make());
  }
}

/** A line for every request that was refused or failed, and for this share of the others; null: for none. */
export function logRequests(app: HttpApp, share: number | null): void {
  if (share === null) return;
  app.addHook('onResponse', (request, reply, done) => {
    // By chance, and not every hundredth: devices come in turns, and always the same ones would be seen.
    if (reply.statusCode >= 400 || Math.random() < share) logRequest(request, reply);
    done();
  });
}

function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 1_000) / 1_000,
    },
    'request',
  );
}
