import { expect, it } from '@jest/globals';
import { RedisKeys } from '../../../src/infrastructure/redis/redis-keys.js';

it('calls the keys of a device the same, however many devices came between', () => {
  const keys = new RedisKeys('fg');
  const allOf = (from: RedisKeys, device: string) => [
    { ...from.queue(device) },
    from.shardOf(device),
    from.deviceTokens(device),
    from.deviceBudget('calls', device),
    from.served(device, 'attempt'),
  ];
  const first = allOf(keys, 'device-0');
  for (let n = 1; n <= 20_000; n += 1) keys.queue(`device-${String(n)}`);
  expect(allOf(keys, 'device-0')).toEqual(first);
  expect(allOf(keys, 'device-20000')).toEqual(allOf(new RedisKeys('fg'), 'device-20000'));
});
