import { describe, expect, it } from '@jest/globals';
import type { Command, Device, DeviceStatus } from '../../../portal/src/api/things.js';
import type { DeviceAsKnown } from '../../../portal/src/screens/device/device-troubles.js';
import { troublesOf } from '../../../portal/src/screens/device/device-troubles.js';

const nowMs = Date.parse('2026-01-01T12:00:00.000Z');
const ago = (ms: number): string => new Date(nowMs - ms).toISOString();

interface Over {
  readonly device?: Partial<Device>;
  readonly status?: Partial<DeviceStatus>;
  readonly latest?: Partial<Command>;
  readonly waiting?: number;
}

function troubles({ device, status, latest, waiting = 0 }: Over): readonly string[] {
  const known = {
    device: { lifecycle: 'active', connection: 'online', lastSeenAt: ago(10_000), ...device },
    status: { status: 'ok', queue: { depth: 0, oldestAgeMs: null, pause: null }, ...status },
    latest,
    titleOf: () => 'Ping a host',
    waiting,
    nowMs,
  } as unknown as DeviceAsKnown;
  return troublesOf(known).map(({ weight, words }) => `${weight}: ${words}`);
}

describe('what is wrong with a device', () => {
  it('is nothing while it is heard, idle, and its last command went well', () => {
    expect(troubles({ latest: { state: 'succeeded' } })).toEqual([]);
  });

  it('is its silence, told with its length', () => {
    expect(troubles({ device: { connection: 'offline', lastSeenAt: ago(3_720_000) } })).toEqual([
      'grave: It was not heard for 1 h 2 min. Commands wait for it until their time is over.',
    ]);
    expect(troubles({ device: { connection: 'stale', lastSeenAt: ago(90_000) } })).toEqual([
      'notable: It missed its last heartbeats: it was not heard for 1 min 30 s.',
    ]);
  });

  it('is what it reports of itself', () => {
    const device = { connection: 'degraded' } as const;
    expect(troubles({ device, status: { status: 'error' } })).toEqual([
      'grave: It is connected, and reports an error.',
    ]);
  });

  it('is no silence where nobody expects to hear it', () => {
    for (const lifecycle of ['provisioned', 'suspended', 'retired'] as const) {
      expect(troubles({ device: { lifecycle, connection: 'offline' } })).toHaveLength(1);
    }
  });

  it('is a queue that is held back or does not move, and what waits for people', () => {
    const queue = { depth: 3, oldestAgeMs: 900_000, pause: null };
    expect(troubles({ status: { queue }, waiting: 1 })).toEqual([
      'notable: 3 commands have not ended, the oldest for 15 min.',
      'notable: A command waits for a decision.',
    ]);
    const pause = { since: ago(60_000), reason: 'Stocktaking' };
    expect(troubles({ status: { queue: { ...queue, pause } } })).toEqual([
      'notable: Its queue is paused for 1 min: nothing new is handed out.',
    ]);
  });

  it('names the last command where that did not end well, and what is grave first', () => {
    expect(
      troubles({
        latest: { state: 'unknown_outcome', type: 'ping' },
        waiting: 2,
        device: { connection: 'stale' },
      }),
    ).toEqual([
      'grave: Nobody knows how its last command ended: Ping a host.',
      'notable: It missed its last heartbeats: it was not heard for 10 s.',
      'notable: 2 commands wait for a decision.',
    ]);
    expect(troubles({ latest: { state: 'failed', type: 'ping' } })).toEqual([
      'notable: Its last command failed: Ping a host.',
    ]);
  });
});
