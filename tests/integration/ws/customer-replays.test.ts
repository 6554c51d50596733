import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ActivityLog } from '../../../src/application/ports/activity-log.js';
import type { LiveBus } from '../../../src/application/ports/live-bus.js';
import { provide, use } from '../../../src/composition/provide.js';
import { ACTIVITY_LOG, LIVE_BUS, UNIT_OF_WORK } from '../../../src/composition/tokens.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import type { ApiClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { TokenPeople } from '../../support/http/token-people.js';
import { believeSignIns } from '../../support/signed-in.js';
import { brokenLinks, CustomerSocket } from '../../support/ws/customer-socket.js';

const people = new TokenPeople();
/** Nobody tells anybody anything. */
const deafBus: LiveBus = { tell: () => Promise.resolve(), listen: () => () => undefined };

let gateway: OpenedGateway;
let isDeaf = false;
let isAway = false;
let reads = 0;

beforeAll(async () => {
  gateway = await openGateway({
    environment: people.environment,
    override: (container) => {
      believeSignIns(container);
      const [bus, log] = [use(container, LIVE_BUS), use(container, ACTIVITY_LOG)];
      provide(container, LIVE_BUS, () => ({
        tell: (signal) => (isDeaf ? deafBus : bus).tell(signal),
        listen: (...given) => bus.listen(...given),
      }));
      const unlessAway = <Answer>(look: () => Promise<Answer>): Promise<Answer> => {
        reads += 1;
        return isAway ? Promise.reject(generalFaults.dependency_unavailable()) : look();
      };
      provide(container, ACTIVITY_LOG, (): ActivityLog => ({
        list: (...given) => log.list(...given),
        read: (...given) => unlessAway(() => log.read(...given)),
        heads: (...given) => unlessAway(() => log.heads(...given)),
      }));
    },
  });
});
afterAll(() => gateway.close());

interface Shop {
  readonly id: string;
  readonly admin: TestPerson;
  readonly api: ApiClient;
}

const newShop = async (): Promise<Shop> => {
  const shop = await people.customer(gateway);
  return { ...shop, api: shop.admin.api() };
};

/** Entries of their own in the customer's log, each with so many bytes of padding. */
const append = ({ id }: Shop, count: number, padding = 0): Promise<void> =>
  use(gateway.container, UNIT_OF_WORK).run(({ record }) => {
    for (let n = 0; n < count; n += 1)
      record({
        customerId: id,
        kind: 'device.updated',
        actor: { kind: 'member', id: 'robin' },
        subject: { kind: 'device', id: n % 2 === 0 ? 'till' : 'scale' },
        data: { n, padding: 'x'.repeat(padding) },
        requestId: null,
      });
    return Promise.resolve();
  });

const upTo = (last: number, after = 0): readonly number[] =>
  Array.from({ length: last - after }, (_, index) => after + index + 1);

const everything = { type: 'subscribe', topics: ['activity'] };

describe('a replay', () => {
  it('of thousands waits for a reader that pauses, and joins what was written meanwhile', async () => {
    const shop = await newShop();
    for (let n = 0; n < 8; n += 1) await append(shop, 500, 4_000);
    const socket = await CustomerSocket.met(shop.api);
    const { seq } = await socket.ask({ ...everything, after: 0 });
    expect(seq).toBe(4_002);
    socket.socket.pause();
    let before = -1;
    // The pages stop when nobody takes them.
    await eventually(
      () => {
        const isStill = before === reads;
        before = reads;
        return isStill;
      },
      { everyMs: 400 },
    );
    expect(socket.seqs.length).toBeLessThan(4_002);
    await append(shop, 300, 4_000);
    socket.socket.resume();
    await socket.next({ type: 'caught_up' }, 20_000);
    await append(shop, 10);
    await socket.event(({ seq: at }) => at === 4_312);
    expect(socket.seqs).toEqual(upTo(4_312));
    expect(brokenLinks(socket.events, 0)).toEqual([]);
    await socket.close();
  }, 60_000);

  it('holds nothing else up that is said over the connection', async () => {
    const shop = await newShop();
    await append(shop, 2_000);
    const socket = await CustomerSocket.met(shop.api);
    void socket.ask({ ...everything, after: 0 });
    await socket.ask({ type: 'ping' });
    await socket.next({ type: 'caught_up' });
    const types = socket.messages.map(({ type }) => type);
    expect(types.indexOf('pong')).toBeLessThan(types.indexOf('caught_up'));
    expect(socket.seqs).toEqual(upTo(2_002));
    await socket.close();
  });

  it('is joined by other topics while it is under way, each entry once', async () => {
    const shop = await newShop();
    await append(shop, 3_000);
    const socket = await CustomerSocket.met(shop.api);
    await socket.ask({ type: 'subscribe', topics: ['approvals'], after: 0 });
    void socket.ask({ type: 'subscribe', topics: ['devices'], after: 1_000 });
    void socket.ask({ type: 'subscribe', topics: ['activity'], after: 500 });
    await append(shop, 100);
    await eventually(() => socket.all('caught_up').length === 3);
    await socket.event(({ seq }) => seq === 3_102);
    expect([...socket.seqs].sort((one, other) => one - other)).toEqual(upTo(3_102, 500));
    expect(brokenLinks(socket.events, 0)).toEqual([]);
    await socket.close();
  });

  it('begins where a log begins whose beginning was forgotten', async () => {
    const shop = await newShop();
    await append(shop, 50);
    const owner = new pg.Client({ connectionString: gateway.config.DATABASE_URL });
    await owner.connect();
    await owner.query(`select fieldgate.forget_activity($1, now() + interval '1 day', 20)`, [shop.id]);
    await owner.end();
    const socket = await CustomerSocket.met(shop.api);
    expect(await socket.ask({ ...everything, after: 5 })).toMatchObject({ seq: 52, replayFrom: 20 });
    await socket.next({ type: 'caught_up' });
    expect(socket.seqs).toEqual(upTo(52, 20));
    await append(shop, 1);
    await socket.event(({ seq }) => seq === 53);
    await socket.close();
  });

  it('goes on where it was when the record is back, and so does what is live', async () => {
    const shop = await newShop();
    const live = await CustomerSocket.met(shop.api);
    await live.ask(everything);
    await append(shop, 1_000);
    const socket = await CustomerSocket.met(shop.api);
    await socket.ask({ ...everything, after: 0 });
    isAway = true;
    await append(shop, 500);
    // Long enough for everybody to have been refused.
    const since = reads;
    await eventually(() => reads > since + 3);
    isAway = false;
    for (const [one, after] of [
      [socket, 0],
      [live, 2],
    ] as const) {
      await one.event(({ seq }) => seq === 1_502);
      expect(one.seqs).toEqual(upTo(1_502, after));
      expect(brokenLinks(one.events, after)).toEqual([]);
      await one.close();
    }
  });
});

describe('whatever signals are lost', () => {
  beforeAll(() => {
    isDeaf = true;
  });
  afterAll(() => {
    isDeaf = false;
  });

  it('nothing is missed, and nothing is late by more than some seconds', async () => {
    const shop = await newShop();
    const sockets = await Promise.all([1, 2, 3].map(() => CustomerSocket.met(shop.api)));
    await sockets[0]?.ask(everything);
    for (let n = 0; n < 5; n += 1) await append(shop, 30);
    await sockets[1]?.ask({ ...everything, after: 0 });
    await append(shop, 450);
    await sockets[2]?.ask({ type: 'subscribe', topics: ['device:till'] });
    const mark = performance.now();
    await sockets[0]?.event(({ seq }) => seq === 602);
    expect(performance.now() - mark).toBeLessThan(4_000);
    expect(sockets[0]?.seqs).toEqual(upTo(602, 2));
    await sockets[1]?.event(({ seq }) => seq === 602);
    expect(sockets[1]?.seqs).toEqual(upTo(602));
    for (const socket of sockets) await socket.close();
  });
});

describe('a peer that does not read', () => {
  it('is closed as a slow consumer, and goes on elsewhere from where it was', async () => {
    const shop = await newShop();
    const socket = await CustomerSocket.met(shop.api);
    const other = await CustomerSocket.met(shop.api);
    await socket.ask(everything);
    await other.ask(everything);
    socket.socket.pause();
    for (let n = 0; n < 12; n += 1) await append(shop, 500, 5_000);
    await other.event(({ seq }) => seq === 6_002, 20_000);
    expect(other.seqs).toEqual(upTo(6_002, 2));
    socket.socket.resume();
    expect((await socket.ended).code).toBe(4408);
    const last = socket.seqs.at(-1) ?? 0;
    expect(last).toBeLessThan(6_002);
    expect(socket.seqs).toEqual(upTo(last, 2));
    const again = await CustomerSocket.met(shop.api);
    await again.ask({ ...everything, after: last });
    await again.next({ type: 'caught_up' }, 20_000);
    expect([...socket.seqs, ...again.seqs]).toEqual(upTo(6_002, 2));
    await other.close();
    await again.close();
  }, 60_000);
});
