import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, defaultTextMapGetter } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/** What is told of one request. */
export type RequestSpan = Span;

/** A request that has just come in. */
export interface IncomingRequest {
  readonly id: string;
  readonly method: string;
  /** The pattern of its route; null where there is none for it. */
  readonly route: string | null;
  readonly url: string;
  readonly scheme: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Spans of the requests that are served, each the child of what its `traceparent` names. */
export class RequestTracer {
  readonly #tracer: Tracer;
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #current = new AsyncLocalStorage<Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  started({ id, method, route, url, scheme, headers }: IncomingRequest): RequestSpan {
    const { traceparent, tracestate } = headers;
    return this.#tracer.startSpan(
      route === null ? method : `${method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': method,
          'url.scheme': scheme,
          'fieldgate.request.id': id,
          // A path that no route knows may hold anything, and a query is nobody else's to read.
          ...(route !== null && { 'http.route': route, 'url.path': url.replace(/\?.*$/s, '') }),
        },
      },
      this.#propagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, defaultTextMapGetter),
    );
  }

  /** `status` is null when nobody was there any more to be answered. */
  answered(span: RequestSpan, status: number | null): void {
    if (status !== null) span.setAttribute('http.response.status_code', status);
    if (status !== null && status >= 500) {
      span.setAttribute('error.type', String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  /** Whatever `proceed` calls, however deep and however late, finds the span. */
  within(span: RequestSpan, proceed: () => void): void {
    this.#current.run(span, proceed);
  }

  current(): Span | undefined {
    return this.#current.getStore();
  }
}
