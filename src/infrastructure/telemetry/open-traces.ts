import { setTimeout } from 'node:timers/promises';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import { ChosenIds } from './chosen-ids.js';
import { CommandTracer } from './command-tracer.js';
import type { RecordObserver } from './record-observer.js';
import type { DeliveryReport } from './reporting-exporter.js';
import { ReportingExporter } from './reporting-exporter.js';
import { RequestTracer } from './request-tracer.js';
import type { SamplerName, TraceProtocol, TraceSettings } from './trace-settings.js';

export interface Traces {
  readonly commands: RecordObserver;
  readonly requests: RequestTracer;
  /** Sends what is left, for `withinMs` at most; what the receiver has not taken by then is lost. */
  stop(withinMs: number): Promise<void>;
}

/**
 * Spans of requests and commands, on their way to a receiver: in batches, beside the work, and dropped rather
 * than kept without end. This file brings in OpenTelemetry, so it is imported only where a receiver is configured.
 */
export async function openTraces(
  settings: TraceSettings,
  version: string,
  report: DeliveryReport,
): Promise<Traces> {
  const exporter = new ReportingExporter(await exporterFor(settings), report);
  const ids = new ChosenIds();
  const sampler = samplerNamed(settings.sampler, settings.ratio);
  const provider = new TracerProvider({
    idGenerator: ids,
    sampler,
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'fieldgate', 'service.version': version }))
      .merge(detectResources({ detectors: told })),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...settings.batch })],
  });
  // Never the global one: what a library finds there it would load, and tell more than is meant to be told.
  const tracer = provider.getTracer('fieldgate', version);
  const requests = new RequestTracer(tracer);
  const commands = new CommandTracer({ tracer, ids, sampler, request: () => requests.current() });
  return { commands, requests, stop: (withinMs) => settle(provider, withinMs) };
}

async function settle(provider: TracerProvider, withinMs: number): Promise<void> {
  const enough = new AbortController();
  // A receiver that fails was reported already, and nothing can be done about it here.
  const flushed = provider.shutdown().catch(() => undefined);
  const waited = setTimeout(withinMs, undefined, { signal: enough.signal }).catch(() => undefined);
  await Promise.race([flushed, waited]);
  enough.abort();
}

/** The later word counts. */
const told = [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector];

/** Headers, time limit, compression and certificates are the exporter's own to read from the environment. */
async function exporterFor({ protocol, url }: TraceSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await exporters[protocol]();
  return new OTLPTraceExporter({ url });
}

const exporters: Readonly<
  Record<TraceProtocol, () => Promise<{ OTLPTraceExporter: new (options: { url: string }) => SpanExporter }>>
> = {
  'http/protobuf': () => import('@opentelemetry/exporter-trace-otlp-proto'),
  'http/json': () => import('@opentelemetry/exporter-trace-otlp-http'),
};

function samplerNamed(name: SamplerName, ratio: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}
