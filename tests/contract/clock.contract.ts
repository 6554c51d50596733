import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Clock } from '../../src/application/ports/clock.js';
import type { RecordUnderTest } from './record-under-test.js';

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Has the clock look at the record's time. */
  readonly sync: () => Promise<void>;
  readonly record: RecordUnderTest;
}

export function describeClockContract(name: string, open: () => Promise<ClockUnderTest>): void {
  describe(`clock: ${name}`, () => {
    let under: ClockUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.record.close());

    it('follows the record’s clock, and not the machine’s', async () => {
      await under.record.advance(3_600_000);
      await under.sync();
      const truth = await under.record.unitOfWork.run(({ now }) => Promise.resolve(now));
      expect(Math.abs(under.clock.now().getTime() - truth.getTime())).toBeLessThan(1_000);
    });

    it('goes forward only, between two looks at the record', () => {
      const readings = Array.from({ length: 1_000 }, () => under.clock.now().getTime());
      expect(readings).toEqual(readings.toSorted((one, other) => one - other));
    });
  });
}
