import { z } from 'zod';
import type { TraceSettings } from '../infrastructure/telemetry/trace-settings.js';
import { samplerNames, traceProtocols } from '../infrastructure/telemetry/trace-settings.js';
import { flag, integer, problemsOf, text, url } from './config-fields.js';

type Variables = Readonly<Record<string, string | undefined>>;

const address = url(/^https?:\/\//, 'http://collector:4318');
const protocol = text.pipe(z.enum(traceProtocols).optional());

/**
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/, as far as somebody has to read
 * it: service name, resource attributes, headers, time limit, compression and certificates are read by the SDK.
 */
const environment = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_TRACES_SAMPLER: text.transform((name) => name ?? 'parentbased_always_on').pipe(z.enum(samplerNames)),
  OTEL_TRACES_SAMPLER_ARG: text
    .transform((value) => Number(value ?? '1'))
    .refine((ratio) => ratio >= 0 && ratio <= 1, { message: 'must be a number from 0 to 1' }),
  OTEL_BSP_SCHEDULE_DELAY: integer(0, 600_000, 5_000),
  OTEL_BSP_EXPORT_TIMEOUT: integer(1, 600_000, 30_000),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(1, 1_000_000, 2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(1, 1_000_000, 512),
});

const switches = z.object({
  OTEL_SDK_DISABLED: flag,
  OTEL_TRACES_EXPORTER: text.transform((name) => name ?? 'otlp').pipe(z.enum(['otlp', 'none'])),
});

/**
 * Where spans go; null when no receiver is named, or tracing is switched off. These variables are often set for a
 * whole cluster, so nothing is wrong with any of them where they do not count.
 */
export function readTraceSettings(variables: Variables): {
  readonly traces: TraceSettings | null;
  readonly problems: readonly string[];
} {
  if (!isNamed(variables)) return { traces: null, problems: [] };
  const switched = switches.safeParse(variables);
  if (!switched.success) return { traces: null, problems: problemsOf(switched.error) };
  const { OTEL_SDK_DISABLED: isDisabled, OTEL_TRACES_EXPORTER: exporter } = switched.data;
  if (isDisabled || exporter === 'none') return { traces: null, problems: [] };
  const parsed = environment.safeParse(variables);
  return parsed.success
    ? { traces: settingsOf(parsed.data), problems: [] }
    : { traces: null, problems: problemsOf(parsed.error) };
}

const isNamed = (variables: Variables): boolean =>
  (['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const).some(
    (name) => (variables[name] ?? '').trim() !== '',
  );

const settingsOf = (settings: z.infer<typeof environment>): TraceSettings => ({
  // The general address is that of all signals, the one for traces is used as it is.
  url:
    settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
    `${(settings.OTEL_EXPORTER_OTLP_ENDPOINT ?? '').replace(/\/+$/, '')}/v1/traces`,
  protocol:
    settings.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? settings.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf',
  sampler: settings.OTEL_TRACES_SAMPLER,
  ratio: settings.OTEL_TRACES_SAMPLER_ARG,
  batch: {
    scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
    exportTimeoutMillis: settings.OTEL_BSP_EXPORT_TIMEOUT,
    maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
    maxExportBatchSize: Math.min(settings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, settings.OTEL_BSP_MAX_QUEUE_SIZE),
  },
});
