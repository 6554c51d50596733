import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Audience, LiveBus, LiveSignal } from '../../src/application/ports/live-bus.js';
import { eventually } from '../support/eventually.js';

export interface OpenLiveBus {
  /** Instances that share a store; one, twice, where nothing is shared between processes. */
  readonly here: LiveBus;
  readonly there: LiveBus;
  /** One whose store is away; the same one again where there is none to be away. */
  readonly cutOff: LiveBus;
  close(): Promise<void>;
}

const customerId = 'customer-a';
const deviceId = 'device-a';
const userId = 'user-a';
const grown: LiveSignal = { kind: 'activity', customerId };
const signals: readonly (readonly [LiveSignal, Audience])[] = [
  [grown, { customerId }],
  [{ kind: 'beat', customerId, deviceId }, { customerId }],
  [{ kind: 'progress', customerId, deviceId, sessionId: null, commandId: 'c-1' }, { customerId }],
  [{ kind: 'progress', customerId, deviceId, sessionId: 's-1', commandId: 'c-1' }, { customerId }],
  [{ kind: 'device', deviceId }, { deviceId }],
  [{ kind: 'person', userId }, { userId }],
];

/** What this audience hears on this instance from now on. */
function heardBy(bus: LiveBus, audience: Audience): readonly LiveSignal[] {
  const heard: LiveSignal[] = [];
  bus.listen(audience, (signal) => heard.push(signal));
  return heard;
}

export function describeLiveBusContract(name: string, open: () => Promise<OpenLiveBus>): void {
  describe(`LiveBus: ${name}`, () => {
    let opened: OpenLiveBus;

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it.each(signals)('tells %j to %j, here and there', async (signal, audience) => {
      const { here, there } = opened;
      const heard = [heardBy(here, audience), heardBy(there, audience)];
      await here.tell(signal);
      await eventually(() => expect(heard).toEqual([[signal], [signal]]));
    });

    it('is heard at once where it is told', () => {
      const heard = heardBy(opened.here, { customerId });
      void opened.here.tell(grown);
      expect(heard).toEqual([grown]);
    });

    it('tells nobody else, also when they have the same id', async () => {
      const { here, there } = opened;
      const [customers, devices, people, others] = [
        { customerId: 'same' },
        { deviceId: 'same' },
        { userId: 'same' },
        { customerId },
      ].map((audience) => heardBy(there, audience));
      // All on one channel, so that the last one which is heard is the last one which was told.
      const told: readonly LiveSignal[] = [
        { kind: 'activity', customerId: 'same' },
        { kind: 'device', deviceId: 'same' },
        { kind: 'person', userId: 'same' },
      ];
      for (const signal of told) await here.tell(signal);
      await eventually(() => expect(people).toHaveLength(1));
      expect([customers, devices, people, others]).toEqual([...told.map((signal) => [signal]), []]);
    });

    it('tells every listener of an audience, until each one stops', async () => {
      const { here, there } = opened;
      let count = 0;
      const hear = (): void => {
        count += 1;
      };
      const stops = [there.listen({ customerId }, hear), there.listen({ customerId }, hear)];
      const other = heardBy(there, { customerId });
      await here.tell(grown);
      await eventually(() => expect([count, other.length]).toEqual([2, 1]));
      stops[0]?.();
      stops[0]?.();
      await here.tell(grown);
      await eventually(() => expect([count, other.length]).toEqual([3, 2]));
      stops[1]?.();
      await here.tell(grown);
      await eventually(() => expect([count, other.length]).toEqual([3, 3]));
    });

    it('takes a stop back twice without harm to who listens since', async () => {
      const { here } = opened;
      const stop = here.listen({ deviceId }, () => undefined);
      stop();
      const heard = heardBy(here, { deviceId });
      stop();
      await here.tell({ kind: 'device', deviceId });
      expect(heard).toHaveLength(1);
    });

    it('lets listeners come and go while they hear', async () => {
      const { here } = opened;
      const heard: string[] = [];
      const stop = here.listen({ customerId }, () => {
        stop();
        heard.push('first');
        here.listen({ customerId }, () => heard.push('second'));
      });
      await here.tell(grown);
      expect(heard).toEqual(['first']);
      await here.tell(grown);
      expect(heard).toEqual(['first', 'second']);
    });

    it('tells nobody of what was told before', async () => {
      await opened.here.tell(grown);
      expect(heardBy(opened.here, { customerId })).toEqual([]);
    });

    it('lets one that throws harm neither the teller nor the others', async () => {
      const { here, there } = opened;
      for (const bus of [here, there]) {
        bus.listen({ customerId }, () => {
          throw new Error('This listener always throws.');
        });
      }
      const heard = [heardBy(here, { customerId }), heardBy(there, { customerId })];
      await here.tell(grown);
      await here.tell(grown);
      await eventually(() => expect(heard.map(({ length }) => length)).toEqual([2, 2]));
    });

    it('never loses the last of equal ones, also when it is told while another one is on its way', async () => {
      const { here, there } = opened;
      let done = 0;
      let seen = 0;
      there.listen({ customerId }, () => {
        seen = done;
        if (done === 200) return;
        // Whoever is told has the last word told here, where nobody may know yet that the former one has arrived.
        done += 1;
        void here.tell(grown);
      });
      await here.tell(grown);
      await eventually(() => expect(seen).toBe(200));
    });

    it('tells of everything that was done before, however many equal ones are told at once', async () => {
      const { here, there } = opened;
      let done = 0;
      let seen = 0;
      let heard = 0;
      there.listen({ customerId }, () => {
        seen = done;
        heard += 1;
      });
      const told = Array.from({ length: 200 }, () => {
        done += 1;
        return here.tell(grown);
      });
      await Promise.all(told);
      await eventually(() => expect(seen).toBe(200));
      expect(heard).toBeLessThanOrEqual(200);
    });

    it('tells those nearby, and does not reject, when its store is away', async () => {
      const heard = heardBy(opened.cutOff, { customerId });
      await Promise.all([opened.cutOff.tell(grown), opened.cutOff.tell(grown)]);
      await opened.cutOff.tell(grown);
      expect(heard).toEqual([grown, grown, grown]);
    });
  });
}
