import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ClaimMeter } from '../../application/ports/claim-meter.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import { availableSince } from '../../domain/command/available-since.js';
import { commandFaultDefinitions } from '../../domain/command/command-faults.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import { Fault } from '../../domain/shared/fault.js';
import type { CommandWrite, RecordObserver } from './record-observer.js';

const codes: readonly string[] = Object.keys(commandFaultDefinitions);

/** What this gateway has written about commands, and what it refused. */
export class CommandMetrics implements ClaimMeter, RecordObserver {
  readonly #entries: Counter;
  readonly #lapses: Counter;
  readonly #dead: Counter;
  readonly #unknown: Counter;
  readonly #refused: Counter;
  readonly #unconfirmed: Counter;
  readonly #latency: Histogram;
  readonly #calls: Histogram;
  readonly #repaired: Counter;
  readonly #rebuilt: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, ...labelNames: string[]) =>
      new Counter({ name: `fieldgate_${name}_total`, help, labelNames, registers });
    this.#entries = counter('activity_entries', 'Entries that were committed to activity logs.', 'kind');
    this.#lapses = counter('lapses', 'Leases that ran out.');
    this.#dead = counter('commands_dead', 'Commands whose attempts are used up.');
    this.#unknown = counter('commands_unknown_outcome', 'Commands that a person has to settle.');
    this.#refused = counter('device_writes_refused', 'Writes under a claim that were refused.', 'code');
    this.#unconfirmed = counter('ids_unconfirmed', 'Ids that were taken and not confirmed by the record.');
    this.#repaired = counter('commands_repaired', 'Commands that the reconciler placed one by one.');
    this.#rebuilt = counter('commands_rebuilt', 'Commands placed because the dispatch store had forgotten.');
    this.#latency = new Histogram({
      name: 'fieldgate_claim_latency_seconds',
      help: 'From the moment at which a command could be claimed to the claim.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200],
      registers,
    });
    this.#calls = new Histogram({
      name: 'fieldgate_claim_call_duration_seconds',
      help: 'Time of a claim call inside the gateway.',
      labelNames: ['waits', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
      registers,
    });
  }

  recorded(entries: readonly NewEntry[]): void {
    for (const { kind, data } of entries) {
      this.#entries.inc({ kind });
      if (kind === 'command.lapsed') this.#lapses.inc();
      if (kind !== 'command.lapsed' && kind !== 'command.released') continue;
      if (data['state'] === 'dead') this.#dead.inc();
      if (data['state'] === 'unknown_outcome') this.#unknown.inc();
    }
  }

  written({ stored, command, at }: CommandWrite): void {
    if (stored === null || command.attempt === stored.attempt) return;
    const since = availableSince(commandAsOf(stored, at).command);
    if (since !== null) this.#latency.observe(Math.max(0, at.getTime() - since.getTime()) / 1_000);
  }

  unconfirmed(ids: number): void {
    this.#unconfirmed.inc(ids);
  }

  called(waits: boolean, outcome: 'claimed' | 'empty' | 'refused', seconds: number): void {
    this.#calls.observe({ waits: waits ? 'yes' : 'no', outcome }, seconds);
  }

  /** Whatever is not the fault of the write itself, such as a store that is away, is not counted. */
  refused(error: unknown): void {
    if (error instanceof Fault && codes.includes(error.code)) this.#refused.inc({ code: error.code });
  }

  reconciled({ repaired, rebuilt }: { readonly repaired: number; readonly rebuilt: number }): void {
    this.#repaired.inc(repaired);
    this.#rebuilt.inc(rebuilt);
  }
}
