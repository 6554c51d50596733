import { expect, it } from '@jest/globals';
import { InProcessLiveBus } from '../../../src/infrastructure/in-process/in-process-live-bus.js';

it('tells everybody once, however many they are, and those who stopped meanwhile not at all', async () => {
  const bus = new InProcessLiveBus();
  const heard: string[] = [];
  const ids = Array.from({ length: 120 }, (_, n) => `device-${String(n)}`);
  const stops = ids.map((deviceId) => bus.listen({ deviceId }, () => heard.push(deviceId)));
  const told = bus.tellEverybody();
  stops.at(-1)?.();
  await told;
  expect(heard).toEqual(ids.slice(0, -1));
});

it('tells everybody once more when it is asked while it does so, and not once for every time', async () => {
  const bus = new InProcessLiveBus();
  let heard = 0;
  for (let n = 0; n < 60; n += 1) bus.listen({ customerId: `customer-${String(n)}` }, () => (heard += 1));
  const told = bus.tellEverybody();
  for (let n = 0; n < 5; n += 1) void bus.tellEverybody();
  await told;
  expect(heard).toBe(120);
});
