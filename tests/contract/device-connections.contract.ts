import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceConnections } from '../../src/application/ports/device-connections.js';

export interface OpenDeviceConnections {
  /** Instances that share a store; one, twice, where nothing is shared between processes. */
  readonly here: DeviceConnections;
  readonly there: DeviceConnections;
  /** Lets time pass for what the store knows of this device. */
  pass(deviceId: string, ms: number): Promise<void>;
  close(): Promise<void>;
}

const device = 'device-a';

export function describeDeviceConnectionsContract(
  name: string,
  open: () => Promise<OpenDeviceConnections>,
): void {
  describe(`DeviceConnections: ${name}`, () => {
    let opened: OpenDeviceConnections;
    let here: DeviceConnections;
    let there: DeviceConnections;

    beforeEach(async () => {
      opened = await open();
      ({ here, there } = opened);
    });
    afterEach(() => opened.close());

    it('lets the newest connection count, and no former one', async () => {
      await here.open(device, 'first');
      expect(await here.keep(device, 'first')).toBe(true);
      await there.open(device, 'second');
      expect(await here.keep(device, 'first')).toBe(false);
      expect(await there.keep(device, 'second')).toBe(true);
      await here.open(device, 'third');
      expect(await there.keep(device, 'second')).toBe(false);
      expect(await here.keep(device, 'third')).toBe(true);
    });

    it('knows the devices apart', async () => {
      await here.open(device, 'first');
      await here.open('device-b', 'second');
      expect(await here.keep(device, 'first')).toBe(true);
      expect(await here.keep('device-b', 'first')).toBe(false);
    });

    it('forgets the one that is gone', async () => {
      await here.open(device, 'first');
      await here.close(device, 'first');
      expect(await there.keep(device, 'second')).toBe(true);
      await here.close('device-b', 'of nobody');
    });

    it('changes nothing when a former one is gone', async () => {
      await here.open(device, 'first');
      await there.open(device, 'second');
      await here.close(device, 'first');
      expect(await here.keep(device, 'first')).toBe(false);
      expect(await there.keep(device, 'second')).toBe(true);
    });

    it('forgets one of which nothing is heard for 90 s, and lets it count again when it is heard', async () => {
      await here.open(device, 'first');
      await opened.pass(device, 89_000);
      expect(await there.keep(device, 'other')).toBe(false);
      await opened.pass(device, 1_000);
      expect(await here.keep(device, 'first')).toBe(true);
      expect(await there.keep(device, 'other')).toBe(false);
      await opened.pass(device, 90_000);
      expect(await there.keep(device, 'other')).toBe(true);
      expect(await here.keep(device, 'first')).toBe(false);
    });

    it('lets one live for 90 s more with every keep', async () => {
      await here.open(device, 'first');
      for (let n = 0; n < 3; n += 1) {
        await opened.pass(device, 60_000);
        expect(await here.keep(device, 'first')).toBe(true);
      }
      expect(await there.keep(device, 'other')).toBe(false);
    });

    it('lets exactly one count when several ask for a device of which nothing is known', async () => {
      const ids = Array.from({ length: 20 }, (_, n) => `connection-${String(n)}`);
      const kept = await Promise.all(ids.map((id, n) => (n % 2 === 0 ? here : there).keep(device, id)));
      expect(kept.filter(Boolean)).toHaveLength(1);
    });
  });
}
