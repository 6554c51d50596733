import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ActivityFilter } from '../../src/application/ports/activity-log.js';
import type { Actor, NewEntry, Subject } from '../../src/domain/activity/activity-entry.js';
import { noEntry } from '../../src/domain/activity/logged-entry.js';
import type { OpenRecord, RecordAdapters, RecordUnderTest } from './record-under-test.js';
import { addCustomer, newId } from './record-seeds.js';

const everything: ActivityFilter = { after: 0, subject: null, actor: null, sessionId: null };
const till: Subject = { kind: 'device', id: 'till' };
const robin: Actor = { kind: 'member', id: 'robin' };

export function describeActivityLogContract(name: string, open: OpenRecord): void {
  describe(`activity log: ${name}`, () => {
    let record: RecordUnderTest;
    let customerId: string;
    beforeEach(async () => {
      record = await open();
      customerId = await addCustomer(record);
    });
    afterEach(() => record.close());

    const note = (given: Partial<NewEntry> = {}, by: RecordAdapters = record) =>
      by.unitOfWork.run(({ record: add }) => {
        add({
          customerId,
          kind: 'device.updated',
          actor: robin,
          subject: till,
          data: {},
          requestId: null,
          ...given,
        });
        return Promise.resolve();
      });
    const list = (filter: Partial<ActivityFilter>, limit = 100, cursor: string | null = null) =>
      record.log.list(customerId, { ...everything, ...filter }, { limit, cursor });
    const seqs = async (filter: Partial<ActivityFilter>) => (await list(filter)).items.map(({ seq }) => seq);

    it('shows an entry as it was written, at its place in the chain', async () => {
      const data = { reason: 'Grüße, 東京', count: 2, nested: { b: [1.5, null], a: true } };
      await note({ data, requestId: 'r-1', kind: 'device.suspended' });
      await note();
      const { items } = await list({});
      expect(items).toEqual([
        {
          customerId,
          seq: 1,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          kind: 'device.suspended',
          actor: robin,
          subject: till,
          data,
          requestId: 'r-1',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
          prevHash: noEntry.hash,
        },
        expect.objectContaining({ seq: 2, requestId: null, prevHash: items[0]?.hash }),
      ]);
    });

    it('finds entries by what they are about and by who did it, with or without the kind', async () => {
      const same = 'one-id';
      await note({ subject: { kind: 'command', id: same } });
      await note({ subject: { kind: 'session', id: same }, actor: { kind: 'cli', id: 'cli' } });
      await note({ actor: { kind: 'device', id: same } });
      await note({ actor: { kind: 'service_account', id: same } });
      expect(await seqs({})).toEqual([1, 2, 3, 4]);
      expect(await seqs({ subject: { kind: null, id: same } })).toEqual([1, 2]);
      expect(await seqs({ subject: { kind: 'session', id: same } })).toEqual([2]);
      expect(await seqs({ actor: { kind: null, id: same } })).toEqual([3, 4]);
      expect(await seqs({ actor: { kind: 'device', id: same } })).toEqual([3]);
      expect(await seqs({ actor: robin, subject: { kind: 'command', id: same } })).toEqual([1]);
      expect(await seqs({ actor: robin, after: 1 })).toEqual([]);
      expect(await seqs({ after: 2 })).toEqual([3, 4]);
      expect(await seqs({ after: Number.MAX_SAFE_INTEGER })).toEqual([]);
    });

    it('goes backwards from its end where that is asked for, page by page', async () => {
      for (let n = 0; n < 4; n += 1) await note();
      await note({ subject: { kind: 'device', id: 'other' } });
      const newest = { newestFirst: true, subject: { kind: null, id: till.id } };
      const first = await list(newest, 2);
      await note();
      const second = await list(newest, 2, first.nextCursor);
      expect([first, second].map(({ items }) => items.map(({ seq }) => seq))).toEqual([
        [4, 3],
        [2, 1],
      ]);
      expect(second.nextCursor).toBeNull();
      expect(await seqs({ newestFirst: true, after: 3 })).toEqual([6, 5, 4]);
      await expect(list({}, 2, first.nextCursor)).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('goes on page by page, whatever is appended meanwhile', async () => {
      for (let n = 0; n < 5; n += 1) await note();
      const first = await list({}, 2);
      await note();
      const second = await list({}, 2, first.nextCursor);
      const third = await list({}, 2, second.nextCursor);
      expect([first, second, third].map(({ items }) => items.map(({ seq }) => seq))).toEqual([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      expect(third.nextCursor).toBeNull();
      expect((await list({ after: 4 }, 2, first.nextCursor)).items.map(({ seq }) => seq)).toEqual([5, 6]);
    });

    it('refuses a cursor that is not its own', async () => {
      const cursor = (key: readonly unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
      for (const foreign of ['nonsense', cursor(['commands', '1']), cursor(['activity', '1e3'])])
        await expect(list({}, 10, foreign)).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('shows nobody else’s log', async () => {
      await note();
      const other = await addCustomer(record);
      expect((await record.log.list(other, everything, { limit: 10, cursor: null })).items).toEqual([]);
      expect((await record.log.read(other, 0, 10)).entries).toEqual([]);
    });

    it('reads a log in portions, each with the head of the same moment', async () => {
      expect(await record.log.read(newId(), 0, 10)).toEqual({
        head: noEntry,
        forgotten: noEntry,
        entries: [],
      });
      for (let n = 0; n < 3; n += 1) await note();
      const { items } = await list({});
      const first = await record.log.read(customerId, 0, 2);
      expect(first.entries).toEqual(items.slice(0, 2));
      const last = items[2];
      expect(first.head).toEqual({ seq: 3, hash: last?.hash });
      expect(first.forgotten).toEqual(noEntry);
      expect((await record.log.read(customerId, 2, 2)).entries).toEqual([last]);
      expect((await record.log.read(customerId, 3, 2)).entries).toEqual([]);
    });

    it('tells where each log ends, in the order in which it was asked, and 0 where there is none', async () => {
      const other = await addCustomer(record);
      const silent = await addCustomer(record);
      for (let n = 0; n < 3; n += 1) await note();
      await note({ customerId: other });
      const asked = [other, newId(), customerId, silent, customerId];
      expect(await record.log.heads(asked)).toEqual([1, 0, 3, 0, 3]);
      expect(await record.log.heads([])).toEqual([]);
    });

    it('tells where a log ends, also when its beginning, or all of it, was forgotten', async () => {
      for (let n = 0; n < 3; n += 1) await note();
      await record.advance(7_200_000);
      await record.history.forgetActivity(customerId, 3_600_000, 10);
      expect((await record.log.read(customerId, 0, 10)).entries).toEqual([]);
      expect(await record.log.heads([customerId])).toEqual([3]);
      await note();
      expect(await record.log.heads([customerId])).toEqual([4]);
    });

    it('names the last entry that was forgotten', async () => {
      await note();
      const [forgotten] = (await list({})).items;
      await record.advance(7_200_000);
      await note();
      await record.history.forgetActivity(customerId, 3_600_000, 10);
      const stretch = await record.log.read(customerId, 0, 10);
      expect(stretch.entries.map(({ seq }) => seq)).toEqual([2]);
      expect(stretch.forgotten).toEqual({ seq: 1, hash: forgotten?.hash });
    });

    it('never shows an entry before those that come before it, while many write through two gateways', async () => {
      const write = async (writer: number) => {
        const by = writer % 2 === 0 ? record : record.peer;
        for (let n = 0; n < 3; n += 1) await note({ data: { writer, n } }, by);
      };
      let writing = true;
      const done = Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer))).finally(() => {
        writing = false;
      });
      const look = async () => {
        const [least = 0] = await record.log.heads([customerId]);
        const { entries, head } = await record.log.read(customerId, 0, 200);
        // Whoever was told where the log ends finds all that stands before.
        expect(head.seq).toBeGreaterThanOrEqual(least);
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
        expect(head).toEqual({ seq: entries.length, hash: entries.at(-1)?.hash ?? noEntry.hash });
        return entries.length;
      };
      const stillWriting = () => writing;
      while (stillWriting()) await look();
      await done;
      expect(await look()).toBe(60);
    });
  });
}
