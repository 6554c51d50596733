import { describe, expect, it } from '@jest/globals';
import { AnnouncedDeviceTokens } from '../../src/application/live/announced-device-tokens.js';
import { InProcessDeviceConnections } from '../../src/infrastructure/in-process/in-process-device-connections.js';
import { InProcessDeviceTokens } from '../../src/infrastructure/in-process/in-process-device-tokens.js';
import { InProcessDispatchQueue } from '../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { InProcessPresence } from '../../src/infrastructure/in-process/in-process-presence.js';
import { InProcessRateLimiter } from '../../src/infrastructure/in-process/in-process-rate-limiter.js';
import { InProcessWakeUps } from '../../src/infrastructure/in-process/in-process-wake-ups.js';
import { PrunedMap } from '../../src/infrastructure/in-process/pruned-map.js';
import { describeDeviceConnectionsContract } from './device-connections.contract.js';
import { describeDeviceTokensContract } from './device-tokens.contract.js';
import { describeDispatchQueueContract } from './dispatch-queue.contract.js';
import { describeLiveBusContract } from './live-bus.contract.js';
import { describePresenceContract } from './presence.contract.js';
import { describeRateLimiterContract } from './rate-limiter.contract.js';
import { describeWakeUpsContract } from './wake-ups.contract.js';
import { clockOf } from '../support/clock-of.js';

const close = () => Promise.resolve();

function movableClock() {
  let nowMs = Date.UTC(2026, 0, 5);
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return { clock: clockOf(() => new Date(nowMs)), advance };
}

describeDispatchQueueContract('in process', () => {
  const { clock, advance } = movableClock();
  return Promise.resolve({ queue: new InProcessDispatchQueue(clock), advance, close });
});

describeDeviceTokensContract('in process', () => {
  const { clock, advance } = movableClock();
  const queue = new InProcessDispatchQueue(clock);
  const presence = new InProcessPresence();
  return Promise.resolve({
    tokens: new InProcessDeviceTokens(clock, new InProcessRateLimiter(), queue, presence),
    queue,
    presence,
    advance,
    close,
  });
});

describeDeviceTokensContract('in process, announced', () => {
  const { clock, advance } = movableClock();
  const queue = new InProcessDispatchQueue(clock);
  const presence = new InProcessPresence();
  const tokens = new InProcessDeviceTokens(clock, new InProcessRateLimiter(), queue, presence);
  return Promise.resolve({
    tokens: new AnnouncedDeviceTokens(tokens, new InProcessLiveBus()),
    queue,
    presence,
    advance,
    close,
  });
});

describePresenceContract('in process', () => Promise.resolve({ presence: new InProcessPresence(), close }));

describeRateLimiterContract('in process', () => {
  const limiter = new InProcessRateLimiter();
  return Promise.resolve({ limiter, elsewhere: limiter, close });
});

describe('An in-process rate limiter', () => {
  it('keeps no process alive for the sake of its budgets', async () => {
    const limiter = new InProcessRateLimiter();
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const rule = { name: 'calls', points: 1, windowMs: 60_000, blockMs: 120_000 };
    for (let n = 0; n < 100; n += 1) await limiter.spend(rule, String(n % 50));
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describeWakeUpsContract('in process', () => {
  const wakeUps = new InProcessWakeUps();
  return Promise.resolve({ here: wakeUps, there: wakeUps, close });
});

describeLiveBusContract('in process', () => {
  const bus = new InProcessLiveBus();
  return Promise.resolve({ here: bus, there: bus, cutOff: bus, close });
});

describeDeviceConnectionsContract('in process', () => {
  const { clock, advance } = movableClock();
  const connections = new InProcessDeviceConnections(clock);
  const pass = (_deviceId: string, ms: number): Promise<void> => {
    advance(ms);
    return Promise.resolve();
  };
  return Promise.resolve({ here: connections, there: connections, pass, close });
});

describe('A pruned map', () => {
  it('lets go of what is over while others come, and of nothing else', () => {
    const map = new PrunedMap<{ readonly endsMs: number }>(({ endsMs }, nowMs) => endsMs <= nowMs);
    map.set('stays', { endsMs: 1_000_000 }, 0);
    for (let n = 0; n < 100_000; n += 1) map.set(`key-${String(n)}`, { endsMs: n + 10 }, n);
    expect(map.size).toBeLessThan(2_100);
    expect(map.get('stays')).toBeDefined();
    expect(map.get('key-99999')).toBeDefined();
  });
});
