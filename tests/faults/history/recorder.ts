import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Call, HistoryEvent } from './history-event.js';

const flushBytes = 262_144;

/** Writes the history down, an event a line, in the order in which the calls ended. */
export class Recorder {
  readonly path: string;
  readonly #file: WriteStream;
  readonly #begun = process.hrtime.bigint();
  readonly #listeners: ((event: HistoryEvent) => void)[] = [];
  #calls = 0;
  #pending = '';

  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path);
  }

  /** Nanoseconds since the run began; they never go back. */
  now(): number {
    return Number(process.hrtime.bigint() - this.#begun);
  }

  nextCall(): Pick<Call, 'i'> {
    this.#calls += 1;
    return { i: this.#calls };
  }

  get calls(): number {
    return this.#calls;
  }

  onEvent(listener: (event: HistoryEvent) => void): void {
    this.#listeners.push(listener);
  }

  record(event: HistoryEvent): void {
    this.#pending += `${JSON.stringify(event)}\n`;
    if (this.#pending.length >= flushBytes) this.#flush();
    for (const listener of this.#listeners) listener(event);
  }

  async close(): Promise<void> {
    this.#flush();
    this.#file.end();
    await once(this.#file, 'close');
  }

  #flush(): void {
    this.#file.write(this.#pending);
    this.#pending = '';
  }
}

export async function* readHistory(path: string): AsyncGenerator<HistoryEvent> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line !== '') yield JSON.parse(line) as HistoryEvent;
  }
}
