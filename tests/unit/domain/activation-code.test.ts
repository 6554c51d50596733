import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  activationCodeLifetimeMs,
  judgeCode,
  normaliseCode,
  registrationRepeatMs,
} from '../../../src/domain/device/activation-code.js';
import { after, hour } from './sample-command.js';

const fresh = {
  hash: 'h',
  deviceId: 'till-7',
  expiresAt: after(activationCodeLifetimeMs),
  usedAt: null,
  wrongTries: 0,
  operationId: null,
};
const used = { ...fresh, usedAt: after(hour) };

describe('an activation code', () => {
  it('is good for a day, to the millisecond', () => {
    expect(judgeCode(fresh, false, after(24 * hour - 1))).toBe('first_use');
    expect(judgeCode(fresh, false, after(24 * hour))).toBe('expired');
  });

  it('may be presented again for ten minutes, in case the answer was lost', () => {
    expect(judgeCode(used, false, after(hour + registrationRepeatMs - 1))).toBe('repeat');
    expect(judgeCode(used, false, after(hour + registrationRepeatMs))).toBe('used_up');
  });

  it('is used up as soon as the device has signed in', () => {
    expect(judgeCode(used, true, after(hour + 1))).toBe('used_up');
  });

  it('can be repeated over the end of its day: it was used in time', () => {
    const late = { ...fresh, usedAt: after(24 * hour - 1) };
    expect(judgeCode(late, false, after(24 * hour + 1))).toBe('repeat');
  });

  it('is void after five wrong ones, used or not', () => {
    expect(judgeCode({ ...fresh, wrongTries: 4 }, false, after(1))).toBe('first_use');
    expect(judgeCode({ ...fresh, wrongTries: 5 }, false, after(1))).toBe('void');
    expect(judgeCode({ ...used, wrongTries: 5 }, false, after(hour + 1))).toBe('void');
  });
});

describe('a code as people type it', () => {
  it('is read alike in any case, with any spacing, and with letters that look like digits', () => {
    expect(normaliseCode(' 7kq0-11ab cdef-gh23 ')).toBe('7KQ011ABCDEFGH23');
    expect(normaliseCode('7kqo-ilab-cdef-gh23')).toBe('7KQ011ABCDEFGH23');
  });

  it('is not changed by being read twice', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        expect(normaliseCode(normaliseCode(typed))).toBe(normaliseCode(typed));
      }),
    );
  });
});
