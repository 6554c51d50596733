import { describe, expect, it } from '@jest/globals';
import { viewOf } from '../../../src/domain/device/device-view.js';
import type { Device } from '../../../src/domain/device/device.js';
import { deviceIdPattern } from '../../../src/domain/device/device.js';
import type { Beat } from '../../../src/domain/device/presence.js';
import { connectionOf, offlineAfterMs, staleAfterMs } from '../../../src/domain/device/presence.js';
import { after } from './sample-command.js';

const beat: Beat = { at: after(0), status: 'ok', metrics: {}, agentVersion: '2.0.0' };

describe('the connection of a device', () => {
  it.each([
    [0, 'online'],
    [staleAfterMs - 1, 'online'],
    [staleAfterMs, 'stale'],
    [offlineAfterMs - 1, 'stale'],
    [offlineAfterMs, 'offline'],
  ] as const)('%d ms after the last beat is %s', (ms, connection) => {
    expect(connectionOf(beat, null, after(ms))).toBe(connection);
    expect(connectionOf(null, after(0), after(ms))).toBe(connection);
  });

  it('is never when nothing was ever heard', () => {
    expect(connectionOf(null, null, after(0))).toBe('never');
  });

  it.each([
    ['ok', 'online'],
    ['busy', 'online'],
    ['degraded', 'degraded'],
    ['error', 'degraded'],
  ] as const)('of one that says %s is %s, as long as it is heard', (status, connection) => {
    expect(connectionOf({ ...beat, status }, null, after(1))).toBe(connection);
    expect(connectionOf({ ...beat, status }, null, after(offlineAfterMs))).toBe('offline');
  });

  it('goes by the beat when both are known: a sign-in may be long ago', () => {
    expect(connectionOf({ ...beat, at: after(offlineAfterMs) }, after(0), after(offlineAfterMs))).toBe(
      'online',
    );
  });

  it('is online when the clock of a beat is a little ahead', () => {
    expect(connectionOf({ ...beat, at: after(500) }, null, after(0))).toBe('online');
  });
});

describe('a device as people see it', () => {
  const device: Device = {
    id: 'till-7',
    customerId: 'c',
    name: 'Till 7',
    location: null,
    labels: [],
    lifecycle: 'active',
    credentialGeneration: 1,
    tokenGeneration: 1,
    queuePause: null,
    createdAt: after(0),
    lastSignInAt: after(-5),
    model: null,
    platform: null,
    agentVersion: '1.0.0',
  };

  it('shows the version that runs, and when it was last heard of', () => {
    expect(viewOf(device, beat, after(1))).toEqual({
      device: { ...device, agentVersion: '2.0.0' },
      connection: 'online',
      lastSeenAt: after(0),
    });
  });

  it('shows what it last told of itself when its beats are lost', () => {
    expect(viewOf(device, null, after(1))).toEqual({ device, connection: 'online', lastSeenAt: after(-5) });
  });
});

describe('a device id', () => {
  it.each(['a', 'till-7', 'Shop_12.rack', '0'.repeat(64)])('may be %s', (id) => {
    expect(deviceIdPattern.test(id)).toBe(true);
  });

  it.each(['', '-a', '.a', '..', 'a/b', 'a{b}', 'a b', 'ä', 'a\n', '0'.repeat(65)])('may not be %j', (id) => {
    expect(deviceIdPattern.test(id)).toBe(false);
  });
});
