import { ExportResultCode } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** What the receiver of spans is up to: told when it changes, not at every batch. */
export interface DeliveryReport {
  failed(error: unknown): void;
  worksAgain(): void;
}

/** The exporter behind it, and somebody who hears when it begins to fail and when it works again. */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #report: DeliveryReport;
  #fails = false;

  constructor(exporter: SpanExporter, report: DeliveryReport) {
    this.#exporter = exporter;
    this.#report = report;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      const fails = result.code !== ExportResultCode.SUCCESS;
      if (fails && !this.#fails) this.#report.failed(result.error);
      if (!fails && this.#fails) this.#report.worksAgain();
      this.#fails = fails;
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
