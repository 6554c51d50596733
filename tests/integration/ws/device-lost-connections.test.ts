import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_LEDGER } from '../../../src/composition/tokens.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { SocketClient } from '../../support/socket-client.js';
import { allPushed, connectDevice, finish, pushed, tokenOf } from './device-line.js';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let token: string;
let line: SocketClient;
/** Happens once, after the record's word on a claim and before anybody hears of it. */
let afterConfirm: (() => void) | null = null;

beforeAll(async () => {
  opened = await openGateway({
    environment: { RATE_DEVICE_PER_MINUTE: '100000', RATE_SIGN_IN_PER_ADDRESS: '100000' },
    override: (container) => {
      const ledger = use(container, COMMAND_LEDGER);
      provide(container, COMMAND_LEDGER, () => ({
        change: async (...asked) => {
          const happen = afterConfirm;
          afterConfirm = null;
          const answer = await ledger.change(...asked);
          happen?.();
          return answer;
        },
      }));
    },
  });
  admin = await signIn(opened.url);
});
beforeEach(async () => {
  device = await newDevice(admin);
  token = await tokenOf(opened.url, device);
  line = await connectDevice(opened.url, device, token);
});
afterEach(async () => {
  await line.close();
});
afterAll(async () => {
  await opened.close();
});

const ready = (capacity: number, more: object = {}) => line.ask({ type: 'ready', capacity, ...more });
const words = ({ command: { id, attempt, claimToken } }: Awaited<ReturnType<typeof pushed>>) => [
  id,
  attempt,
  claimToken,
];
async function proposeMany(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await propose(admin, device.id));
  return ids;
}
const settledAt = (count: number): Promise<boolean> => eventually(() => allPushed(line).length === count);

describe('a device whose connection is lost', () => {
  const again = async (): Promise<void> => {
    line.cut();
    await line.ended;
    line = await connectDevice(opened.url, device, token);
  };

  it('gets what it was pushed once more, in the same words and as the same attempt', async () => {
    const ids = await proposeMany(3);
    await ready(2, { attemptId: 'before:7' });
    await settledAt(2);
    const before = allPushed(line);
    expect(before.map(({ attemptId }) => attemptId)).toEqual(['before:7', 'before:7']);
    await again();
    await ready(3, { attemptId: 'before:7' });
    await settledAt(3);
    expect(allPushed(line).slice(0, 2).map(words)).toEqual(before.map(words));
    expect(allPushed(line)[2]).toMatchObject({ attemptId: 'before:8', command: { id: ids[2], attempt: 1 } });
  });

  it('gets what was claimed for it and never arrived', async () => {
    const [first] = await proposeMany(1);
    await ready(3);
    const last = await pushed(line);
    expect(last.command.id).toBe(first);
    afterConfirm = () => {
      line.cut();
    };
    const lost = await propose(admin, device.id);
    await line.ended;
    await eventually(async () => (await stateOf(admin, lost)) === 'claimed');
    expect(allPushed(line)).toHaveLength(1);

    line = await connectDevice(opened.url, device, token);
    await finish(line, last);
    await ready(3, { attemptId: last.attemptId });
    expect((await pushed(line)).command).toMatchObject({ id: lost, attempt: 1 });
  });

  it('gets what was claimed under the first name it had given, when nothing ever arrived', async () => {
    await ready(1, { attemptId: 'given:1' });
    afterConfirm = () => {
      line.cut();
    };
    const lost = await propose(admin, device.id);
    await line.ended;
    line = await connectDevice(opened.url, device, token);
    await eventually(async () => (await stateOf(admin, lost)) === 'claimed');
    await ready(1, { attemptId: 'given:1' });
    // The first claim is tried without waiting; those that wait come under the next name, then as now.
    expect(await pushed(line)).toMatchObject({ attemptId: 'given:2', command: { id: lost, attempt: 1 } });
  });

  it('is not kept waiting by a name whose commands have ended since', async () => {
    await proposeMany(1);
    await ready(1, { attemptId: 'spent:1' });
    const first = await pushed(line);
    await finish(line, first);
    await again();
    await ready(1, { attemptId: 'spent:1' });
    const id = await propose(admin, device.id);
    expect((await pushed(line, 3_000)).command.id).toBe(id);
  });

  it('gets everything as one attempt, in whichever moment it is cut off', async () => {
    let last = 'moments:0';
    await ready(1, { attemptId: last });
    for (let n = 0; n < 16; n += 1) {
      const proposed = propose(admin, device.id);
      // From before the proposal arrives until after the command was sent: each time some turns later.
      for (let turn = 0; turn < 3 * n; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      last = allPushed(line).at(-1)?.attemptId ?? last;
      await again();
      await ready(1, { attemptId: last });
      const one = await pushed(line);
      expect(one.command).toMatchObject({ id: await proposed, attempt: 1 });
      last = one.attemptId;
      await finish(line, one);
    }
  });

  it('leaves nothing that goes on claiming for it', async () => {
    await ready(5);
    await again();
    const id = await propose(admin, device.id);
    await line.ask({ type: 'heartbeat', status: 'ok' });
    expect(await stateOf(admin, id)).toBe('queued');
  });
});

describe('a gateway that stops while it claims', () => {
  it('pushes what was claimed before it lets the device go, and claims nothing more', async () => {
    let confirmed = (): Promise<void> => Promise.resolve();
    const stopping = await openGateway({
      override: (container) => {
        const ledger = use(container, COMMAND_LEDGER);
        provide(container, COMMAND_LEDGER, () => ({
          change: async (...asked) => {
            const answer = await ledger.change(...asked);
            await confirmed();
            return answer;
          },
        }));
      },
    });
    try {
      const somebody = await signIn(stopping.url);
      const stopped = await newDevice(somebody);
      const last = await connectDevice(stopping.url, stopped);
      await last.ask({ type: 'ready', capacity: 5 });
      let stop: Promise<void> | undefined;
      confirmed = async () => {
        stop ??= stopping.stop();
        await last.next({ type: 'goodbye' });
      };
      const id = await propose(somebody, stopped.id);
      expect((await pushed(last)).command).toMatchObject({ id, attempt: 1 });
      expect((await last.ended).code).toBe(1001);
      await stop;
      expect(last.messages.map(({ type }) => type)).toEqual(['welcome', 'ready.ok', 'goodbye', 'command']);
    } finally {
      await stopping.close();
    }
  });
});
