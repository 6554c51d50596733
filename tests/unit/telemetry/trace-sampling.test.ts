import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  SamplingDecision,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../src/domain/command/command.js';
import { UuidIds } from '../../../src/infrastructure/signing/uuid-ids.js';
import { ChosenIds } from '../../../src/infrastructure/telemetry/chosen-ids.js';
import { CommandTracer } from '../../../src/infrastructure/telemetry/command-tracer.js';
import { spanIdOfCommand, traceIdOfCommand } from '../../../src/infrastructure/telemetry/trace-ids.js';
import { after, claimedCommand, sampleCommand } from '../domain/sample-command.js';

const ids = new UuidIds();

function gateway(ratio: number) {
  const exporter = new InMemorySpanExporter();
  const chosen = new ChosenIds();
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  const provider = new TracerProvider({
    idGenerator: chosen,
    sampler,
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = new CommandTracer({
    tracer: provider.getTracer('test'),
    ids: chosen,
    sampler,
    request: () => undefined,
  });
  return {
    write: (stored: Command, command: Command) => {
      tracer.written({ stored, command, entries: [], at: after(10) });
    },
    traces: () => exporter.getFinishedSpans().map((span) => [span.name, span.spanContext().traceId] as const),
  };
}

describe('the id of a command as that of its trace', () => {
  it('is a valid one, and the span of the command has one too', () => {
    const id = ids.uuid();
    expect(traceIdOfCommand(id)).toMatch(/^[0-9a-f]{32}$/);
    expect(spanIdOfCommand(id)).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    expect(spanIdOfCommand(id)).toBe(spanIdOfCommand(id));
  });

  it('is sampled by its random part: one in four commands of the same moment is one in four', () => {
    const sampler = new TraceIdRatioBasedSampler(0.25);
    const count = 4_000;
    const sampled = Array.from({ length: count }, () => traceIdOfCommand(ids.uuid())).filter(
      (traceId) =>
        sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
    );
    // Seven standard deviations on either side: chance fails it once in a hundred thousand million runs.
    expect(Math.abs(sampled.length / count - 0.25)).toBeLessThan(0.048);
  });

  it('lets every gateway decide alike, so that a command is told as a whole or not at all', () => {
    const [one, other] = [gateway(0.5), gateway(0.5)];
    const known = Array.from({ length: 200 }, () => ids.uuid());
    for (const id of known) {
      const claimed = claimedCommand({ id });
      const released = sampleCommand({ id, attempt: 1, releases: 1, stateReason: 'released' });
      one.write(claimed, released);
      other.write(released, { ...released, state: 'cancelled', finishedAt: after(10) });
    }
    const attempts = one.traces().filter(([name]) => name === 'attempt');
    const wholes = other.traces().filter(([name]) => name === 'command ping');
    expect(attempts.map(([, traceId]) => traceId)).toEqual(wholes.map(([, traceId]) => traceId));
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.length).toBeLessThan(known.length);
  });
});
