import { expect, it } from '@jest/globals';
import { RedisKeys } from '../../../src/infrastructure/redis/redis-keys.js';

it('calls the keys of a device the same, whichever devices came between', () => {
  const keys = new RedisKeys('fg');
  const allOf = (from: RedisKeys, device: string) => [
    { ...from.queue(device) },
    from.shardOf(device),
    from.deviceTokens(device),
    from.deviceBudget('calls', device),
    from.served(device, 'attempt'),
  ];
  const devices = ['', 'device-0', 'device-1', 'device-0'];
  expect(devices.map((device) => allOf(keys, device))).toEqual(
    devices.map((device) => allOf(new RedisKeys('fg'), device)),
  );
});

it('spreads devices as it always has, or what is kept of them would not be found again', () => {
  const keys = new RedisKeys('fg');
  const devices = ['device-0', 'device-1', '0199aaaa-bbbb-7ccc-8ddd-000000000001'];
  expect(devices.map((device) => keys.shardOf(device))).toEqual(['{s09}', '{s40}', '{s53}']);
});
