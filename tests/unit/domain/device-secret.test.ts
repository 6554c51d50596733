import { describe, expect, it } from '@jest/globals';
import {
  liveSecrets,
  secretOverlapMs,
  tokenIdleMs,
  tokenLifeMs,
} from '../../../src/domain/device/device-secret.js';
import { after, hour } from './sample-command.js';

const newest = { hash: 'new', createdAt: after(0), firstUsedAt: null, expiresAt: null };
const former = {
  hash: 'old',
  createdAt: after(-hour),
  firstUsedAt: after(-hour),
  expiresAt: after(secretOverlapMs),
};

describe('the secrets of a device', () => {
  it('are two while it changes over, and one as soon as the day is over', () => {
    expect(liveSecrets([newest, former], after(secretOverlapMs - 1))).toEqual([newest, former]);
    expect(liveSecrets([newest, former], after(secretOverlapMs))).toEqual([newest]);
  });

  it('are none when there are none', () => {
    expect(liveSecrets([], after(0))).toEqual([]);
  });

  it('live as long as is promised: a day of overlap, a week of rest, thirty days of a token', () => {
    expect([secretOverlapMs, tokenIdleMs, tokenLifeMs]).toEqual([24 * hour, 7 * 24 * hour, 30 * 24 * hour]);
  });
});
