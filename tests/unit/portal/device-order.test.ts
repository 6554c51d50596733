import { describe, expect, it } from '@jest/globals';
import type { Device } from '../../../portal/src/api/things.js';
import {
  censusOf,
  orderIn,
  ordered,
  standingOf,
  turnedOrder,
} from '../../../portal/src/screens/devices/device-order.js';

const device = (id: string, over: Partial<Device> = {}): Device => ({
  id,
  customerId: '0198f0e0-0000-7000-8000-000000000000',
  name: id,
  location: null,
  labels: [],
  model: null,
  platform: null,
  agentVersion: null,
  lifecycle: 'active',
  connection: 'online',
  lastSeenAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
const idsBy = (order: string, devices: readonly Device[]): string[] =>
  ordered(devices, orderIn(order)).map(({ id }) => id);

describe('the list of devices', () => {
  it('is by name as people count, and turned round by the second click on a heading', () => {
    const tills = [device('Till 10'), device('till 2'), device('Till 1')];
    expect(idsBy('', tills)).toEqual(['Till 1', 'till 2', 'Till 10']);
    expect(idsBy('-name', tills)).toEqual(['Till 10', 'till 2', 'Till 1']);
    expect(turnedOrder(orderIn(''), 'name')).toBe('-name');
    expect(turnedOrder(orderIn('-name'), 'name')).toBe('');
    expect(turnedOrder(orderIn('seen'), 'seen')).toBe('-seen');
    expect(turnedOrder(orderIn('seen'), 'location')).toBe('location');
    expect(orderIn('price')).toEqual({ by: 'name', isReversed: false });
  });

  it('has those first that somebody should look at, when it is by state', () => {
    const devices = [
      device('a', { lifecycle: 'retired', connection: 'offline' }),
      device('b'),
      device('c', { connection: 'offline' }),
      device('d', { connection: 'degraded' }),
      device('e', { lifecycle: 'provisioned', connection: 'never' }),
    ];
    expect(idsBy('state', devices)).toEqual(['c', 'd', 'b', 'e', 'a']);
  });

  it('has what is not known last, in either direction', () => {
    const devices = [
      device('nowhere'),
      device('zug', { location: 'Zug', lastSeenAt: '2026-01-02T00:00:00.000Z' }),
      device('basel', { location: 'Basel', lastSeenAt: '2026-01-03T00:00:00.000Z' }),
    ];
    expect(idsBy('location', devices)).toEqual(['basel', 'zug', 'nowhere']);
    expect(idsBy('-location', devices)).toEqual(['zug', 'basel', 'nowhere']);
    expect(idsBy('seen', devices)).toEqual(['basel', 'zug', 'nowhere']);
    expect(idsBy('-seen', devices)).toEqual(['zug', 'basel', 'nowhere']);
  });

  it('counts each device once: by its life cycle, and by its connection while that is active', () => {
    const devices = [device('a'), device('b'), device('c', { lifecycle: 'suspended', connection: 'online' })];
    expect([...censusOf(devices)]).toEqual([
      ['online', 2],
      ['suspended', 1],
    ]);
    expect(standingOf({ lifecycle: 'active', connection: 'stale' })).toBe('stale');
  });
});
