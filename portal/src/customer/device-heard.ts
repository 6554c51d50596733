import { useEffect } from 'preact/hooks';
import type { Device } from '../api/things.js';
import type { Loaded } from '../parts/loaded.js';
import { useLoaded } from '../parts/loaded.js';
import { withPresence } from './device-now.js';
import { useWorkplace } from './workplace.js';

/** A device: asked for once, and from then on kept by what is heard of it. */
export function useDevice(id: string): Loaded<Device> {
  const { api, live } = useWorkplace();
  const device = useLoaded(id, () => api.call('get', '/api/v1/customer/devices/{id}', { path: { id } }));
  useEffect(() => {
    const stops = [
      live.onPresence((heard) => {
        const known = device.value.peek();
        if (heard.deviceId === id && known !== null) device.value.value = withPresence(known, heard);
      }),
      live.onEvent(({ subject }) => {
        if (subject.kind === 'device' && subject.id === id) void device.look();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [device]);
  return device;
}
