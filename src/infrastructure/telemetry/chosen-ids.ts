import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Random ids, except for a span whose ids others know already. */
export class ChosenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #chosen: { readonly traceId: string; readonly spanId: string } | null = null;

  /** For the one span that `start` starts, before anything else can run. */
  choose<Started>(traceId: string, spanId: string, start: () => Started): Started {
    this.#chosen = { traceId, spanId };
    try {
      return start();
    } finally {
      this.#chosen = null;
    }
  }

  generateTraceId(): string {
    return this.#chosen?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#chosen?.spanId ?? this.#random.generateSpanId();
  }
}
