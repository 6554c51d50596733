/** The samplers of the OpenTelemetry specification, by the names that it gives them. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof samplerNames)[number];

export const traceProtocols = ['http/protobuf', 'http/json'] as const;
export type TraceProtocol = (typeof traceProtocols)[number];

/** Where spans go and which. Durations in milliseconds. */
export interface TraceSettings {
  /** The whole address of an OTLP receiver. */
  readonly url: string;
  readonly protocol: TraceProtocol;
  readonly sampler: SamplerName;
  /** From 0 to 1; only `traceidratio` asks for it. */
  readonly ratio: number;
  readonly batch: {
    readonly scheduledDelayMillis: number;
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
    readonly exportTimeoutMillis: number;
  };
}
