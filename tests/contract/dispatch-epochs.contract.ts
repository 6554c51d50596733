import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeDispatchEpochsContract(name: string, open: OpenRecord): void {
  describe(`dispatch epochs: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('has everybody agree on the first epoch, for good', async () => {
      const offers = Array.from({ length: 10 }, (_, n) => `epoch-${n}`);
      const answers = await Promise.all(
        offers.map((fresh, n) => (n % 2 === 0 ? record : record.peer).epochs.current(fresh)),
      );
      expect(new Set(answers).size).toBe(1);
      expect(offers).toContain(answers[0]);
      expect(await record.peer.epochs.current('another')).toBe(answers[0]);
    });
  });
}
