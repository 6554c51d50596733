import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LiveView } from '../../../portal/src/live/live-view.js';

describe('the live view', () => {
  it('has everything looked up again when it comes back, and not when it begins', () => {
    const view = new LiveView(() => undefined);
    let looks = 0;
    const stop = view.onLookAgain(() => (looks += 1));
    view.stateChanged({ kind: 'live' });
    expect(looks).toBe(0);
    view.stateChanged({ kind: 'away', since: 0 });
    view.stateChanged({ kind: 'away', since: 0 });
    view.stateChanged({ kind: 'live' });
    expect(looks).toBe(1);
    stop();
    view.stateChanged({ kind: 'away', since: 0 });
    view.stateChanged({ kind: 'live' });
    expect(looks).toBe(1);
  });

  describe('and what is loaded first', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    function opened() {
      const view = new LiveView(() => undefined);
      const seen = { looks: 0, hasBegun: false };
      view.onLookAgain(() => (seen.looks += 1));
      view.use({ follow: () => () => undefined, hurry: () => undefined });
      void view.begun().then(() => (seen.hasBegun = true));
      return { view, seen };
    }

    it('waits for the line, and is loaded once', async () => {
      const { view, seen } = opened();
      await jest.advanceTimersByTimeAsync(100);
      expect(seen.hasBegun).toBe(false);
      view.begins();
      await jest.advanceTimersByTimeAsync(10_000);
      expect(seen).toEqual({ looks: 0, hasBegun: true });
    });

    it('does not wait for a line that is late, and is loaded again when that has come', async () => {
      const { view, seen } = opened();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(seen).toEqual({ looks: 0, hasBegun: true });
      view.begins();
      expect(seen.looks).toBe(1);
    });
  });
});
