import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { Link, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { ChosenIds } from './chosen-ids.js';
import type { CommandSpan } from './command-spans.js';
import { commandSpans } from './command-spans.js';
import type { CommandWrite, RecordObserver } from './record-observer.js';
import { spanIdOfCommand, traceIdOfCommand } from './trace-ids.js';

export interface CommandTracing {
  readonly tracer: Tracer;
  readonly ids: ChosenIds;
  readonly sampler: Sampler;
  /** The span of the request that is being served. */
  readonly request: () => Span | undefined;
}

/** Tells what was committed about commands as spans: one trace a command, whichever gateways took part in it. */
export class CommandTracer implements RecordObserver {
  readonly #tracing: CommandTracing;

  constructor(tracing: CommandTracing) {
    this.#tracing = tracing;
  }

  recorded(): void {
    // Entries are told with the command that they are about.
  }

  written(write: CommandWrite): void {
    const { id } = write.command;
    const request = this.#tracing.request();
    request?.setAttribute('fieldgate.command.id', id);
    if (!this.#isSampled(id)) return;
    request?.addLink({ context: wholeCommand(id) });
    for (const span of commandSpans(write)) this.#tell(id, span, request);
  }

  /**
   * Asked of the trace id alone, as for a trace that nobody began: so all gateways decide alike, and a command
   * is told as a whole or not at all, whatever the requests that it meets were sampled.
   */
  #isSampled(commandId: string): boolean {
    const { decision } = this.#tracing.sampler.shouldSample(
      ROOT_CONTEXT,
      traceIdOfCommand(commandId),
      'command',
      SpanKind.INTERNAL,
      {},
      [],
    );
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  #tell(commandId: string, told: CommandSpan, request: Span | undefined): void {
    const { tracer, ids } = this.#tracing;
    const { name, spanId, parentId, from, to, facts, failure } = told;
    const links: Link[] = [];
    if (told.caused && request?.isRecording() === true) links.push({ context: request.spanContext() });
    if (told.redriveOf !== null) links.push({ context: wholeCommand(told.redriveOf) });
    const parent =
      parentId === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(commandId, parentId));
    const start = () =>
      tracer.startSpan(
        name,
        {
          startTime: from,
          attributes: { ...facts, ...(failure !== null && { 'error.type': failure }) },
          links,
        },
        parent,
      );
    const span = spanId === null ? start() : ids.choose(traceIdOfCommand(commandId), spanId, start);
    if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(to);
  }
}

const wholeCommand = (commandId: string): SpanContext => spanContextOf(commandId, spanIdOfCommand(commandId));

const spanContextOf = (commandId: string, spanId: string): SpanContext => ({
  traceId: traceIdOfCommand(commandId),
  spanId,
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});
