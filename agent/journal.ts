import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from './command-result.js';
import { readEntry, writeEntry } from './journal-entry.js';
import type { JournalEntry } from './journal-entry.js';
import { syncDirectory, writePrivateFile } from './private-file.js';

export interface JournalLimits {
  /** Size at which the file is rewritten without what is no longer needed. */
  readonly compactBytes: number;
  /** Settled ids that are remembered, the newest ones. */
  readonly settledKept: number;
}

const usualLimits: JournalLimits = { compactBytes: 4_194_304, settledKept: 5_000 };

export async function openJournal(dataDir: string, limits: JournalLimits = usualLimits): Promise<Journal> {
  const path = join(dataDir, 'journal.jsonl');
  const file = await openToAppend(path);
  await syncDirectory(dataDir);
  return new Journal({ path, limits, file, text: await readFile(path, 'utf8') });
}

/**
 * The device's memory of what it has begun, so that no crash, redelivery or lost answer makes it do a command
 * twice. Append-only JSON lines; a promise of this class resolves when its line would survive a power cut.
 * Calls may overlap: they are written in the order in which they were made.
 */
export class Journal {
  readonly #path: string;
  readonly #limits: JournalLimits;
  readonly #entries = new Map<string, JournalEntry>();
  #file: FileHandle;
  #bytes: number;
  #compactAt: number;
  #torn: boolean;
  #tail: Promise<void> = Promise.resolve();

  constructor(opened: { path: string; limits: JournalLimits; file: FileHandle; text: string }) {
    this.#path = opened.path;
    this.#limits = opened.limits;
    this.#file = opened.file;
    this.#bytes = Buffer.byteLength(opened.text);
    this.#compactAt = opened.limits.compactBytes;
    this.#torn = opened.text !== '' && !opened.text.endsWith('\n');
    for (const line of opened.text.split('\n')) {
      const entry = readEntry(line);
      if (entry !== null) this.#remember(entry);
    }
  }

  /** The last word on a command, or null when this device never began it. */
  find(id: string): JournalEntry | null {
    return this.#entries.get(id) ?? null;
  }

  /** Everything begun that the gateway has not confirmed, oldest first. */
  unsettled(): JournalEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.state !== 'settled');
  }

  /** Must resolve before the command's first effect. */
  started(id: string, claimToken: string): Promise<void> {
    return this.#append({ state: 'started', id, claimToken });
  }

  /** Must resolve before the result is first sent. */
  finished(id: string, claimToken: string, result: CommandResult): Promise<void> {
    return this.#append({ state: 'finished', id, claimToken, result });
  }

  settled(id: string): Promise<void> {
    return this.#append({ state: 'settled', id });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#file.close());
  }

  #append(entry: JournalEntry): Promise<void> {
    return this.#inTurn(async () => {
      // After a torn line this one starts on a fresh line, or both would be lost.
      const text = (this.#torn ? '\n' : '') + writeEntry(entry);
      this.#torn = true;
      await this.#file.appendFile(text);
      await this.#file.datasync();
      this.#torn = false;
      this.#bytes += Buffer.byteLength(text);
      this.#remember(entry);
      if (this.#bytes >= this.#compactAt) await this.#compact();
    });
  }

  async #compact(): Promise<void> {
    const settled = [...this.#entries.values()].filter((entry) => entry.state === 'settled');
    const forgotten = settled.slice(0, Math.max(0, settled.length - this.#limits.settledKept));
    for (const entry of forgotten) this.#entries.delete(entry.id);
    const text = [...this.#entries.values()].map(writeEntry).join('');
    // What is left may itself be large; rewriting it again for every line would be slow.
    this.#compactAt = Math.max(this.#limits.compactBytes, Buffer.byteLength(text) * 2);
    try {
      await writePrivateFile(this.#path, text);
    } catch {
      // A full disk: the long file is still complete, and the entry that led here is safely in it.
      this.#compactAt = this.#bytes * 2;
      return;
    }
    const former = this.#file;
    this.#file = await openToAppend(this.#path);
    await former.close();
    this.#bytes = Buffer.byteLength(text);
  }

  #remember(entry: JournalEntry): void {
    // Deleted first, so that the map's order is the order of the last word on each command.
    this.#entries.delete(entry.id);
    this.#entries.set(entry.id, entry);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

function openToAppend(path: string): Promise<FileHandle> {
  return open(path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR, 0o600);
}
