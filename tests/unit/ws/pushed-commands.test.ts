import { describe, expect, it } from '@jest/globals';
import { PushedCommands } from '../../../src/interfaces/ws/device/pushed-commands.js';

function two(): PushedCommands {
  const pushed = new PushedCommands();
  pushed.put('one', 'token-1', 0, 1_000);
  pushed.put('two', 'token-2', 100, 3_000);
  return pushed;
}

describe('what was pushed', () => {
  it('counts until its lease has run out', () => {
    const pushed = two();
    expect([0, 999, 1_000, 3_000].map((nowMs) => pushed.count(nowMs))).toEqual([2, 2, 1, 0]);
    expect([0, 1_000, 3_000].map((nowMs) => pushed.nextEndMs(nowMs))).toEqual([1_000, 3_000, null]);
  });

  it('counts no longer when its claim is over, and not when another one is', () => {
    const pushed = two();
    pushed.end('one', 'token-of-an-earlier-claim');
    pushed.end('three', 'token-3');
    expect(pushed.count(0)).toBe(2);
    pushed.end('one', 'token-1');
    expect(pushed.count(0)).toBe(1);
  });

  it('counts for longer, or again, with another lease, and only what was pushed', () => {
    const pushed = two();
    pushed.extend('one', 'token-1', 9_000);
    pushed.extend('two', 'token-of-another-claim', 9_000);
    pushed.extend('polled', 'token-3', 9_000);
    expect(pushed.count(5_000)).toBe(1);
    pushed.extend('two', 'token-2', 9_000);
    expect(pushed.count(5_000)).toBe(2);
  });

  it('counts once when it is pushed again', () => {
    const pushed = two();
    pushed.put('one', 'token-1', 0, 2_000);
    expect(pushed.count(0)).toBe(2);
  });

  it.each([
    { held: 5, atMs: 500, count: 2 },
    { held: 2, atMs: 500, count: 2 },
    { held: 1, atMs: 500, count: 1 },
    { held: 0, atMs: 500, count: 0 },
    // The second one was not there yet.
    { held: 0, atMs: 100, count: 1 },
    { held: 0, atMs: 0, count: 2 },
  ])('is not more than the device holds at a moment: %j', ({ held, atMs, count }) => {
    const pushed = two();
    pushed.limit(held, atMs);
    expect(pushed.count(600)).toBe(count);
  });

  it('is forgotten some time after its lease', () => {
    const pushed = two();
    expect(pushed.count(400_000)).toBe(0);
    pushed.extend('one', 'token-1', 900_000);
    expect(pushed.count(400_000)).toBe(0);
  });
});
