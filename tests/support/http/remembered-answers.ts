import type {
  IdempotencyRecords,
  IdempotencyScope,
  IdempotencyStart,
  KeptAnswer,
} from '../../../src/application/ports/idempotency-records.js';

interface Remembered {
  readonly fingerprint: string;
  readonly operationId: string;
  readonly answer: KeptAnswer | null;
}

/** Idempotency records in memory, for as long as the test runs. */
export class RememberedAnswers implements IdempotencyRecords {
  readonly #records = new Map<string, Remembered>();

  begin(scope: IdempotencyScope, fingerprint: string, operationId: string): Promise<IdempotencyStart> {
    const known = this.#records.get(JSON.stringify(scope));
    if (known === undefined) {
      this.#records.set(JSON.stringify(scope), { fingerprint, operationId, answer: null });
      return Promise.resolve({ kind: 'first', operationId });
    }
    if (known.fingerprint !== fingerprint) return Promise.resolve({ kind: 'mismatch' });
    const { answer } = known;
    return Promise.resolve(answer === null ? { kind: 'in_progress' } : { kind: 'replay', answer });
  }

  keep(scope: IdempotencyScope, answer: KeptAnswer): Promise<void> {
    const known = this.#records.get(JSON.stringify(scope));
    if (known !== undefined) this.#records.set(JSON.stringify(scope), { ...known, answer });
    return Promise.resolve();
  }

  free(scope: IdempotencyScope): Promise<void> {
    this.#records.delete(JSON.stringify(scope));
    return Promise.resolve();
  }

  purge(): Promise<number> {
    return Promise.resolve(0);
  }
}
