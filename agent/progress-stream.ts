import { pause } from './backoff.js';
import type { ProgressUpdate } from './executor.js';
import { endsClaim } from './held-claim.js';
import type { HeldClaim } from './held-claim.js';
import { cleanText } from './reportable.js';
import { progressAnswer } from './wire-contract.js';

/** The contract's limit for one progress message; pieces of output keep to it as well. */
const maxBytes = 4_096;

/** Nobody must take what is left of too much for all of it. */
const leftOut = '[earlier output was left out]\n';

/**
 * Relays progress at most once an interval; between two calls the newest percentage and message and the tail of
 * the output are kept, which says so where it is not all. Progress is a courtesy: what cannot be sent is forgotten.
 */
export class ProgressStream {
  readonly #claim: HeldClaim;
  readonly #everyMs: number;
  readonly #signal: AbortSignal;
  #waiting: ProgressUpdate | null = null;
  #pumping = false;

  constructor(claim: HeldClaim, everyMs: number, signal: AbortSignal) {
    this.#claim = claim;
    this.#everyMs = everyMs;
    this.#signal = signal;
  }

  push(update: ProgressUpdate): void {
    const output = tail((this.#waiting?.output ?? '') + cleanText(update.output ?? ''));
    this.#waiting = { ...this.#waiting, ...update, ...(output === '' ? {} : { output }) };
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().finally(() => {
      this.#pumping = false;
    });
  }

  // Waits first: a command that ends within one interval needs no progress at all.
  async #pump(): Promise<void> {
    while (this.#waiting !== null && !this.#signal.aborted) {
      const { claimToken } = this.#claim.current();
      try {
        await pause(this.#everyMs, this.#signal);
        const update = this.#take();
        const answer = await this.#claim.session.call({
          type: 'progress',
          claim: { id: this.#claim.id, claimToken },
          body: () => update,
          answer: progressAnswer,
          signal: this.#signal,
        });
        if (answer.cancelRequested) this.#claim.onCancelRequested();
      } catch (error) {
        if (endsClaim(this.#claim, claimToken, error)) this.#claim.onLost(error.code);
      }
    }
  }

  #take(): ProgressUpdate {
    const update = this.#waiting ?? {};
    this.#waiting = null;
    return update.message === undefined ? update : { ...update, message: head(cleanText(update.message)) };
  }
}

// Cutting may split one character; the half that is left is replaced, and the three bytes it takes are allowed for.
function head(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length <= maxBytes ? text : bytes.toString('utf8', 0, maxBytes - 3);
}

function tail(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  return leftOut + bytes.toString('utf8', bytes.length - maxBytes + leftOut.length + 9);
}
