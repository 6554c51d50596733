import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { BreakGlassReview } from '../../src/domain/approval/break-glass.js';
import { addCustomer, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const opened = (customerId: string): BreakGlassReview => ({
  commandId: newId(),
  customerId,
  deviceId: 'till-7',
  type: 'reboot',
  reason: 'The shop stands still.',
  brokenBy: { id: newId(), name: 'Robin' },
  openedAt: new Date('2026-03-01T08:00:00.123Z'),
  closing: null,
});

export function describeBreakGlassReviewsContract(name: string, open: OpenRecord): void {
  describe(`break-glass reviews: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const add = async (review: BreakGlassReview): Promise<BreakGlassReview> => {
      await record.unitOfWork.run(({ reviews }) => reviews.open(review));
      return review;
    };
    const close = (review: BreakGlassReview): Promise<void> => {
      const by = { id: newId(), name: 'Kim' };
      const closing = { verdict: 'justified', note: 'It was.', by, at: '2026-03-02T08:00:00.000Z' } as const;
      return record.peer.unitOfWork.run(({ reviews }) => reviews.close({ ...review, closing }));
    };

    it('are listed by whether they are open, newest first, for their customer alone', async () => {
      const customerId = await addCustomer(record);
      const [one, two, three] = [
        await add(opened(customerId)),
        await add(opened(customerId)),
        await add(opened(customerId)),
      ];
      await close(two);
      const first = await record.reviews.list(customerId, true, { limit: 1, cursor: null });
      expect(first.items).toEqual([three]);
      const second = await record.reviews.list(customerId, true, { limit: 1, cursor: first.nextCursor });
      expect([second.items, second.nextCursor]).toEqual([[one], null]);
      const closed = await record.reviews.list(customerId, false, { limit: 9, cursor: null });
      expect(closed.items).toMatchObject([{ commandId: two.commandId, closing: { verdict: 'justified' } }]);
      const elsewhere = await addCustomer(record);
      expect((await record.reviews.list(elsewhere, true, { limit: 9, cursor: null })).items).toEqual([]);
    });

    it('are locked for their customer, and closed once', async () => {
      const review = await add(opened(await addCustomer(record)));
      const lock = (customerId: string, commandId: string) =>
        record.unitOfWork.run(({ reviews }) => reviews.lock(customerId, commandId));
      expect(await lock(review.customerId, review.commandId)).toEqual(review);
      expect(await lock(newId(), review.commandId)).toBeNull();
      expect(await lock(review.customerId, 'no-id')).toBeNull();
      await close(review);
      await expect(close(review)).rejects.toThrow('not locked while it was open');
      await expect(add(review)).rejects.toThrow();
    });
  });
}
