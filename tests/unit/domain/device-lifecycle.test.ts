import { describe, expect, it } from '@jest/globals';
import type {
  DeviceEvent,
  DeviceLifecycle,
  DeviceTransitionRefusal,
} from '../../../src/domain/device/device-lifecycle.js';
import {
  deviceEvents,
  deviceLifecycles,
  deviceTransition,
} from '../../../src/domain/device/device-lifecycle.js';

type Row = Readonly<Record<DeviceEvent, `to ${DeviceLifecycle}` | DeviceTransitionRefusal>>;

/** What every event does at every point of a device's life. */
const expected: Readonly<Record<DeviceLifecycle, Row>> = {
  provisioned: {
    registered: 'to active',
    suspended: 'not_registered',
    resumed: 'not_registered',
    retired: 'to retired',
  },
  active: {
    registered: 'to active',
    suspended: 'to suspended',
    resumed: 'already_there',
    retired: 'to retired',
  },
  suspended: {
    registered: 'suspended',
    suspended: 'already_there',
    resumed: 'to active',
    retired: 'to retired',
  },
  retired: {
    registered: 'device_retired',
    suspended: 'device_retired',
    resumed: 'device_retired',
    retired: 'already_there',
  },
};

const pairs = deviceLifecycles.flatMap((from) => deviceEvents.map((event) => [from, event] as const));

describe("a device's life cycle", () => {
  it('is tested for every point and every event', () => {
    expect(Object.keys(expected).sort()).toEqual([...deviceLifecycles].sort());
    expect(pairs).toHaveLength(16);
  });

  it.each(pairs)('answers as written when one that is %s is %s', (from, event) => {
    const answer = deviceTransition(from, event);
    expect('to' in answer ? `to ${answer.to}` : answer.refused).toBe(expected[from][event]);
  });
});
