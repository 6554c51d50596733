/** How finely time is counted. */
const tickMs = 50;

interface Wait {
  /** The tick with which it is over. */
  readonly over: number;
  readonly end: () => void;
}

/**
 * A limit to how long answers are waited for, in which only the time counts that this process runs. One that stood
 * still, to collect garbage or on a busy machine, finds its timers due before it has read what arrived meanwhile: it
 * must not take those answers for missing. One timer serves all waits.
 */
export class RunningTimeout {
  readonly #ms: number;
  /** All wait equally long: the first is the first to be over. */
  readonly #waits = new Set<Wait>();
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Rejects when no answer has come in time; what comes of it later is not heard any more. */
  limit<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        // The tick under way is nearly over, or has just begun.
        over: this.#tick + Math.ceil(this.#ms / tickMs) + 1,
        end: () => {
          reject(new Error(`No answer came within ${String(this.#ms)} ms.`));
        },
      };
      this.#waits.add(wait);
      this.#timer ??= setInterval(() => {
        this.#pass();
      }, tickMs);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          this.#waits.delete(wait);
          settle(value);
        };
      answer.then(settled(resolve), settled(reject));
    });
  }

  #pass(): void {
    // However late it comes, it is one tick.
    this.#tick += 1;
    if (this.#waits.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const now = this.#tick;
    // By then everything has been read that is there.
    setImmediate(() => {
      for (const wait of this.#waits) {
        if (wait.over > now) return;
        this.#waits.delete(wait);
        wait.end();
      }
    });
  }
}
