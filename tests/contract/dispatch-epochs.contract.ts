import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeDispatchEpochsContract(name: string, open: OpenRecord): void {
  describe(`dispatch epochs: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('has none at first, then the one that was begun last, for everybody', async () => {
      expect(await record.epochs.current()).toBeNull();
      await record.epochs.begin('one');
      expect(await record.peer.epochs.current()).toBe('one');
      await record.peer.epochs.begin('two');
      await record.peer.epochs.begin('two');
      expect(await record.epochs.current()).toBe('two');
    });

    it('has everybody agree on one of those that are begun at once', async () => {
      const offers = Array.from({ length: 10 }, (_, n) => `epoch-${n}`);
      await Promise.all(offers.map((epoch, n) => (n % 2 === 0 ? record : record.peer).epochs.begin(epoch)));
      const current = await record.epochs.current();
      expect(offers).toContain(current);
      expect(await record.peer.epochs.current()).toBe(current);
    });
  });
}
