import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from '../../agent/command-result.js';
import { openJournal } from '../../agent/journal.js';
import { temporaryDirectory } from './temporary-directory.js';

const result: CommandResult = { status: 'succeeded', output: 'fine', durationMs: 3 };

describe('the journal', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;

  beforeEach(async () => {
    home = await temporaryDirectory();
    path = join(home.path, 'journal.jsonl');
  });
  afterEach(() => home.remove());

  it('remembers across a restart what was started, finished and settled', async () => {
    const first = await openJournal(home.path);
    await first.started('a', 'token-a');
    await first.started('b', 'token-b');
    await first.finished('b', 'token-b', result);
    await first.started('c', 'token-c');
    await first.finished('c', 'token-c', result);
    await first.settled('c');
    await first.close();
    const second = await openJournal(home.path);
    expect(second.find('a')).toEqual({ state: 'started', id: 'a', claimToken: 'token-a' });
    expect(second.find('b')).toEqual({ state: 'finished', id: 'b', claimToken: 'token-b', result });
    expect(second.find('c')).toEqual({ state: 'settled', id: 'c' });
    expect(second.find('d')).toBeNull();
    expect(second.unsettled().map((entry) => entry.id)).toEqual(['a', 'b']);
    await second.close();
  });

  it('is readable by its owner only', async () => {
    const journal = await openJournal(home.path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await journal.close();
  });

  it('survives a line torn by a power cut and loses nothing written after it', async () => {
    const first = await openJournal(home.path);
    await first.started('a', 'token-a');
    await first.close();
    await appendFile(path, '{"state":"started","id":"to');
    const second = await openJournal(home.path);
    expect(second.find('a')).not.toBeNull();
    await second.started('b', 'token-b');
    await second.close();
    const third = await openJournal(home.path);
    expect(third.unsettled().map((entry) => entry.id)).toEqual(['a', 'b']);
    await third.close();
  });

  it('skips blocks of zeros and lines that mean nothing', async () => {
    await writeFile(
      path,
      `\0\0\0\0\n{"state":"started","id":"a","claimToken":"t"}\n{"state":"dreamt","id":"b"}\n`,
    );
    const journal = await openJournal(home.path);
    expect(journal.unsettled().map((entry) => entry.id)).toEqual(['a']);
    await journal.close();
  });

  it('writes overlapping calls in the order in which they were made', async () => {
    const journal = await openJournal(home.path);
    await Promise.all([
      journal.started('a', 't'),
      journal.finished('a', 't', result),
      journal.settled('a'),
      journal.started('b', 't'),
    ]);
    const states = (await readFile(path, 'utf8')).trim().split('\n');
    expect(states.map((line) => (JSON.parse(line) as { state: string }).state)).toEqual([
      ...['started', 'finished', 'settled', 'started'],
    ]);
    await journal.close();
  });

  it('forgets only old settled commands when it grows large', async () => {
    const limits = { compactBytes: 20_000, settledKept: 3 };
    const journal = await openJournal(home.path, limits);
    await journal.started('open', 'token-open');
    await journal.finished('owed', 'token-owed', result);
    for (let index = 0; index < 200; index += 1) {
      await journal.started(`done-${index}`, `token-${'x'.repeat(100)}`);
      await journal.settled(`done-${index}`);
    }
    await journal.close();
    expect((await stat(path)).size).toBeLessThan(25_000);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await openJournal(home.path, limits);
    expect(again.unsettled().map((entry) => entry.id)).toEqual(['open', 'owed']);
    expect(again.find('done-199')).toEqual({ state: 'settled', id: 'done-199' });
    expect(again.find('done-0')).toBeNull();
    await again.close();
  });
});
