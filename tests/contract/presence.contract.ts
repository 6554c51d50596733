import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Presence } from '../../src/application/ports/presence.js';
import type { Beat } from '../../src/domain/device/presence.js';

export interface OpenPresence {
  readonly presence: Presence;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 5, 12);
const beatAt = (ms: number): Beat => ({
  at: new Date(start + ms),
  status: 'ok',
  metrics: { cpu: 0.25, uptimeMs: ms },
  agentVersion: '1.4.0',
});
const minute = 60_000;

export function describePresenceContract(name: string, open: () => Promise<OpenPresence>): void {
  describe(`Presence: ${name}`, () => {
    let opened: OpenPresence;
    let presence: Presence;

    beforeEach(async () => {
      opened = await open();
      presence = opened.presence;
    });
    afterEach(() => opened.close());

    it('answers the latest beats in the order of the ids, null where nothing is known', async () => {
      const other: Beat = { ...beatAt(5), status: 'error', metrics: {}, agentVersion: null };
      await presence.beat('device-a', beatAt(0));
      await presence.beat('device-a', beatAt(1_000));
      await presence.beat('device-b', other);
      expect(await presence.latest(['device-b', 'device-c', 'device-a'])).toEqual([
        other,
        null,
        beatAt(1_000),
      ]);
      expect(await presence.latest([])).toEqual([]);
    });

    it('is not set back by a beat that was overtaken', async () => {
      // The one that was overtaken is the last of the span of 15 s before.
      for (const at of [30_000, 29_999]) await presence.beat('device-a', beatAt(at));
      expect(await presence.latest(['device-a'])).toEqual([beatAt(30_000)]);
      expect(await presence.lastHour('device-a', new Date(start + minute))).toEqual([
        beatAt(29_999),
        beatAt(30_000),
      ]);
    });

    it('takes the later of two beats of one instant for the latest', async () => {
      const later: Beat = { ...beatAt(0), status: 'degraded' };
      for (const beat of [beatAt(0), later]) await presence.beat('device-a', beat);
      expect(await presence.latest(['device-a'])).toEqual([later]);
    });

    it('shows the samples of the hour before now, oldest first', async () => {
      for (const at of [0, 30 * minute, 60 * minute, 61 * minute])
        await presence.beat('device-a', beatAt(at));
      const atTheHour = await presence.lastHour('device-a', new Date(start + 60 * minute + 1));
      expect(atTheHour).toEqual([beatAt(30 * minute), beatAt(60 * minute)]);
      expect(await presence.lastHour('device-a', new Date(start + 200 * minute))).toEqual([]);
      expect(await presence.lastHour('device-b', new Date(start))).toEqual([]);
    });

    it('keeps one sample of 15 s and 240 at most, however often a device beats', async () => {
      const every = 7_500;
      for (let at = 0; at < 61 * minute; at += every) await presence.beat('device-a', beatAt(at));
      const last = 61 * minute - every;
      const samples = await presence.lastHour('device-a', new Date(start + last));
      expect(samples.length).toBe(240);
      expect(samples.every(({ at }) => (at.getTime() - start) % 15_000 === 0)).toBe(true);
      expect(await presence.latest(['device-a'])).toEqual([beatAt(last)]);
    });
  });
}
