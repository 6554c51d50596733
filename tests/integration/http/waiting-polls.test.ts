import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { CLOCK, DEVICE_TOKENS, WAKE_UPS } from '../../../src/composition/tokens.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { newDevice, propose, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

describe('a poll that waits', () => {
  let opened: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;
  let onWait: () => void = () => undefined;
  /** How far the clock of the record has been set back. */
  let setBackMs = 0;
  /** Whether the store of the tokens is out of reach. */
  let isAway = false;

  beforeAll(async () => {
    opened = await openGateway({
      override: (container) => {
        const [clock, tokens, wakeUps] = [
          use(container, CLOCK),
          use(container, DEVICE_TOKENS),
          use(container, WAKE_UPS),
        ];
        provide(container, CLOCK, () => ({
          now: () => new Date(clock.now().getTime() - setBackMs),
          elapsedMs: () => clock.elapsedMs(),
        }));
        provide(container, DEVICE_TOKENS, () => ({
          put: (...asked) => tokens.put(...asked),
          admit: (...asked) =>
            isAway ? Promise.reject(generalFaults.dependency_unavailable()) : tokens.admit(...asked),
          admitBeat: (...asked) => tokens.admitBeat(...asked),
          revoke: (...asked) => tokens.revoke(...asked),
          revokeAll: (...asked) => tokens.revokeAll(...asked),
        }));
        provide(container, WAKE_UPS, () => ({
          wake: (deviceId) => wakeUps.wake(deviceId),
          take: async (deviceId) => {
            const seat = await wakeUps.take(deviceId);
            return {
              wait: (ms, cancellation) => {
                onWait();
                return seat.wait(ms, cancellation);
              },
              leave: () => {
                seat.leave();
              },
            };
          },
        }));
      },
    });
    admin = await signIn(opened.url);
    device = await newDevice(admin);
  });
  afterAll(() => opened.close());

  /** Resolves when it waits. */
  async function parked(attemptId: string, waitMs: number) {
    const waits = new Promise<void>((resolve) => (onWait = resolve));
    const asked = { waitMs, attemptId };
    const answer = device.api.post<{ commands: { id: string }[] }>('/api/v1/device/commands/claim', asked);
    await waits;
    return { answer };
  }

  it('gets what comes also when nobody can say at that moment whether its token is dead', async () => {
    const { answer } = await parked('while-away', 20_000);
    isAway = true;
    const id = await propose(admin, device.id);
    const { status, body } = await answer;
    isAway = false;
    expect([status, body.commands.map((one) => one.id)]).toEqual([200, [id]]);
  });

  it('is answered in its time, whatever becomes of the clock of the record', async () => {
    const begun = performance.now();
    const { answer } = await parked('set-back', 1_000);
    setBackMs = 60_000;
    expect(await answer).toMatchObject({ status: 200, body: { commands: [] } });
    setBackMs = 0;
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
