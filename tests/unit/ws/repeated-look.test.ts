import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { RepeatedLook } from '../../../src/interfaces/ws/device/repeated-look.js';

let looks: number;
let end: (() => void)[];
let look: RepeatedLook;

beforeEach(() => {
  looks = 0;
  end = [];
  look = new RepeatedLook(() => {
    looks += 1;
    return new Promise((resolve) => {
      end.push(resolve);
    });
  });
});

/** The look that is under way comes to its end. */
async function over(): Promise<void> {
  end.shift()?.();
  await turn();
}

describe('a look that is repeated', () => {
  it('waits until it may be made, and is made once for all who asked before', async () => {
    look.ask();
    look.ask();
    expect(looks).toBe(0);
    look.begin();
    expect(looks).toBe(1);
    await over();
    expect(looks).toBe(1);
  });

  it('is made once more for all who ask while one is under way, and never twice at once', async () => {
    look.begin();
    look.ask();
    look.ask();
    expect(looks).toBe(1);
    await over();
    expect(looks).toBe(2);
    await over();
    expect(looks).toBe(2);
  });

  it('is made again whenever somebody asks', async () => {
    look.begin();
    await over();
    look.ask();
    expect(looks).toBe(2);
  });

  it('is not made any more when it was stopped', async () => {
    look.begin();
    look.ask();
    look.stop();
    await over();
    look.ask();
    expect(looks).toBe(1);
  });
});
