import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WakeUps } from '../../src/application/ports/wake-ups.js';

export interface OpenWakeUps {
  /** Instances that share a store; one, twice, where nothing is shared between processes. */
  readonly here: WakeUps;
  readonly there: WakeUps;
  close(): Promise<void>;
}

const never = (): AbortSignal => new AbortController().signal;
const longMs = 5_000;

export function describeWakeUpsContract(name: string, open: () => Promise<OpenWakeUps>): void {
  describe(`WakeUps: ${name}`, () => {
    let opened: OpenWakeUps;

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('wakes whoever waits for the device, here and there', async () => {
      const seats = [await opened.here.take('device-a'), await opened.there.take('device-a')];
      const waits = seats.map((seat) => seat.wait(longMs, never()));
      await opened.here.wake('device-a');
      expect(await Promise.all(waits)).toEqual(['woken', 'woken']);
      for (const seat of seats) seat.leave();
    });

    it('does not lose a wake-up between taking the seat and waiting', async () => {
      const seat = await opened.there.take('device-a');
      await opened.here.wake('device-a');
      expect(await seat.wait(longMs, never())).toBe('woken');
      seat.leave();
    });

    it('counts a wake-up once', async () => {
      const seat = await opened.here.take('device-a');
      await opened.here.wake('device-a');
      expect(await seat.wait(longMs, never())).toBe('woken');
      expect(await seat.wait(50, never())).toBe('elapsed');
      seat.leave();
    });

    it('does not wake those who wait for another device', async () => {
      const seat = await opened.here.take('device-a');
      await opened.here.wake('device-b');
      expect(await seat.wait(30, never())).toBe('elapsed');
      seat.leave();
    });

    it('tells that the time is over, also when there was none to wait', async () => {
      const seat = await opened.here.take('device-a');
      expect(await seat.wait(20, never())).toBe('elapsed');
      expect(await seat.wait(0, never())).toBe('elapsed');
      seat.leave();
    });

    it('ends the wait when nobody needs the answer, before or meanwhile', async () => {
      const seat = await opened.here.take('device-a');
      const caller = new AbortController();
      const wait = seat.wait(longMs, caller.signal);
      caller.abort();
      expect(await wait).toBe('cancelled');
      expect(await seat.wait(longMs, caller.signal)).toBe('cancelled');
      seat.leave();
    });

    it('takes a seat back twice without harm to the others', async () => {
      const gone = await opened.here.take('device-a');
      gone.leave();
      const stays = await opened.here.take('device-a');
      gone.leave();
      await opened.there.wake('device-a');
      expect(await stays.wait(longMs, never())).toBe('woken');
      stays.leave();
    });

    it('wakes nobody without complaint', async () => {
      await expect(opened.here.wake('device-nobody')).resolves.toBeUndefined();
    });
  });
}
