import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveHub } from '../../src/application/live/live-hub.js';
import type { DevicePresence, LiveFollower } from '../../src/application/live/live-follower.js';
import type { LoggedEntry } from '../../src/domain/activity/logged-entry.js';
import { generalFaults } from '../../src/domain/shared/general-faults.js';
import { InProcessLiveBus } from '../../src/infrastructure/in-process/in-process-live-bus.js';
import { InProcessPresence } from '../../src/infrastructure/in-process/in-process-presence.js';
import { openPostgresRecord } from '../contract/postgres-record.js';
import type { PostgresRecord } from '../contract/postgres-record.js';
import { addCustomer, addDevice, operator } from '../contract/record-seeds.js';
import { eventually } from '../support/eventually.js';
import { clockOf } from '../support/clock-of.js';

let record: PostgresRecord;
let bus: InProcessLiveBus;
let presence: InProcessPresence;
let hub: LiveHub;
let customerId: string;
/** What was asked of the stores, in the order of the asking. */
let asked: string[];
let underWay: number;
let mostUnderWay: number;
let beatReads: number;
let isAway: boolean;

beforeEach(async () => {
  record = await openPostgresRecord('direct');
  customerId = await addCustomer(record);
  bus = new InProcessLiveBus();
  presence = new InProcessPresence();
  isAway = false;
  [asked, underWay, mostUnderWay, beatReads] = [[], 0, 0, 0];
  hub = new LiveHub(bus, {
    log: {
      read: async (...given) => {
        asked.push('read');
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        try {
          return await record.log.read(...given);
        } finally {
          underWay -= 1;
        }
      },
      heads: (ids) => {
        asked.push(`heads of ${ids.length}`);
        return isAway ? Promise.reject(generalFaults.dependency_unavailable()) : record.log.heads(ids);
      },
    },
    devices: record.devices,
    records: record.records,
    presence: {
      latest: (ids) => {
        beatReads += 1;
        return presence.latest(ids);
      },
    },
    clock: clockOf(() => new Date()),
  });
});
afterEach(() => record.close());

class Watcher implements LiveFollower {
  readonly heard: LoggedEntry[] = [];
  readonly seen: DevicePresence[] = [];
  readonly #topics: ReadonlySet<string>;

  constructor(...topics: readonly string[]) {
    this.#topics = new Set(topics);
  }

  get seqs(): readonly number[] {
    return this.heard.map(({ seq }) => seq);
  }

  topics(): Iterable<string> {
    return this.#topics;
  }

  follows(topic: string): boolean {
    return this.#topics.has(topic);
  }

  hearEntry(entry: LoggedEntry): void {
    this.heard.push(entry);
  }

  hearPresence(told: DevicePresence): void {
    this.seen.push(told);
  }

  hearProgress(): void {
    return;
  }
}

const append = (count: number, of = customerId): Promise<void> =>
  record.unitOfWork.run(({ record: add }) => {
    for (let n = 0; n < count; n += 1)
      add({
        customerId: of,
        kind: 'customer.created',
        subject: { kind: 'customer', id: of },
        data: { n },
        ...operator,
      });
    return Promise.resolve();
  });

const upTo = (last: number, after = 0): readonly number[] =>
  Array.from({ length: last - after }, (_, index) => after + index + 1);

const signal = () => bus.tell({ kind: 'activity', customerId });

describe('the hub', () => {
  it('hands out what is appended from the moment on in which somebody follows, to all of them alike', async () => {
    await append(3);
    const [one, two] = [new Watcher(), new Watcher()];
    expect(await hub.follow(customerId, one)).toMatchObject({ head: 3 });
    await append(2);
    await signal();
    await eventually(() => one.seqs.length === 2);
    expect(await hub.follow(customerId, two)).toMatchObject({ head: 5 });
    await append(250);
    await signal();
    await eventually(() => one.seqs.length === 252);
    expect(one.seqs).toEqual(upTo(255, 3));
    expect(two.seqs).toEqual(upTo(255, 5));
  });

  it('has one read under way, however many signals come', async () => {
    const watcher = new Watcher();
    await hub.follow(customerId, watcher);
    for (let n = 0; n < 20; n += 1) {
      await append(1);
      for (let more = 0; more < 50; more += 1) await signal();
    }
    await eventually(() => watcher.seqs.length === 20);
    expect(watcher.seqs).toEqual(upTo(20));
    expect(mostUnderWay).toBe(1);
    expect(asked.length).toBeLessThan(60);
  });

  it('compares all logs with one call, and reads only those that have grown', async () => {
    const other = await addCustomer(record);
    const [mine, theirs] = [new Watcher(), new Watcher()];
    await hub.follow(customerId, mine);
    await hub.follow(other, theirs);
    asked.length = 0;
    await hub.compare();
    expect(asked).toEqual(['heads of 2']);
    await append(1, other);
    await hub.compare();
    await eventually(() => theirs.seqs.length === 1);
    expect(asked).toEqual(['heads of 2', 'heads of 2', 'read']);
    expect(mine.seqs).toEqual([]);
  });

  it('forgets a customer whom nobody follows any more', async () => {
    const watcher = new Watcher();
    await hub.follow(customerId, watcher);
    expect(hub.countOf(customerId)).toBe(1);
    hub.leave(customerId, watcher);
    hub.leave(customerId, watcher);
    expect(hub.countOf(customerId)).toBe(0);
    asked.length = 0;
    await append(1);
    await signal();
    await hub.compare();
    expect(asked).toEqual([]);
    await hub.follow(customerId, watcher);
    await append(1);
    await signal();
    await eventually(() => watcher.seqs.length === 1);
    expect(watcher.seqs).toEqual([2]);
  });

  it('reads the beats that come together with few calls, and those of nobody who is followed not at all', async () => {
    const devices = await Promise.all(Array.from({ length: 30 }, () => addDevice(record, { customerId })));
    const watcher = new Watcher(...devices.slice(1).map(({ id }) => `device:${id}`));
    await hub.follow(customerId, watcher);
    for (const { id } of devices) {
      await presence.beat(id, { at: new Date(), status: 'ok', metrics: {}, agentVersion: null });
      await bus.tell({ kind: 'beat', customerId, deviceId: id });
    }
    await eventually(() => watcher.seen.length === 29);
    expect(new Set(watcher.seen.map(({ deviceId }) => deviceId))).toEqual(
      new Set(devices.slice(1).map(({ id }) => id)),
    );
    expect(beatReads).toBeLessThan(29);
    // The same again is nothing new.
    await bus.tell({ kind: 'beat', customerId, deviceId: devices[1]?.id ?? '' });
    await hub.sweepPresence();
    expect(watcher.seen).toHaveLength(29);
  });

  it('refuses who cannot be told where the log ends, and follows nothing for them', async () => {
    const watcher = new Watcher();
    isAway = true;
    await expect(hub.follow(customerId, watcher)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(hub.countOf(customerId)).toBe(0);
  });
});
