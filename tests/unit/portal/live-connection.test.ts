import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LiveState, SocketEars } from '../../../portal/src/live/live-connection.js';
import { LiveConnection } from '../../../portal/src/live/live-connection.js';
import { reconnectDelayMs } from '../../../portal/src/live/reconnect-delay.js';

interface Opened {
  readonly ears: SocketEars;
  readonly said: Readonly<Record<string, unknown>>[];
  isClosed: boolean;
}

/** A line whose other end is this test. */
function newLine(tokens: readonly (string | null)[] = ['token-1']) {
  const opened: Opened[] = [];
  const heard: unknown[] = [];
  const states: LiveState['kind'][] = [];
  const counts = { begins: 0, looks: 0, refusals: 0, tokens: 0 };
  const connection = new LiveConnection(
    {
      customerId: 'customer-1',
      open: (ears) => {
        const socket: Opened = { ears, said: [], isClosed: false };
        opened.push(socket);
        return {
          send: (text) => void socket.said.push(JSON.parse(text) as Opened['said'][number]),
          close: () => (socket.isClosed = true),
        };
      },
      token: () => Promise.resolve(tokens[Math.min(counts.tokens++, tokens.length - 1)] ?? null),
      now: () => Date.now(),
      random: () => 0.5,
    },
    {
      event: ({ seq }) => heard.push(seq),
      presence: ({ deviceId }) => heard.push(deviceId),
      progress: ({ commandId }) => heard.push(commandId),
      headIs: () => undefined,
      begins: () => (counts.begins += 1),
      lookAgain: () => (counts.looks += 1),
      stateChanged: ({ kind }) => states.push(kind),
      tokenRefused: () => (counts.refusals += 1),
    },
  );
  const latest = (): Opened => {
    const socket = opened.at(-1);
    if (socket === undefined) throw new Error('nothing was opened');
    return socket;
  };
  const hear = (message: object): void => latest().ears.heard(JSON.stringify(message));
  return { connection, opened, heard, states, counts, latest, hear };
}

const event = (seq: number) => ({ type: 'event', seq, prevSeq: seq - 1, kind: 'command.claimed' });

async function live(line: ReturnType<typeof newLine>, seq: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
  line.latest().ears.opened();
  line.hear({ type: 'welcome', customerId: 'customer-1', seq });
  line.hear({ type: 'subscribed', topics: ['activity', 'devices'], seq, replayFrom: seq });
  line.hear({ type: 'caught_up', seq });
}

describe('the live connection', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('shows its token in the first message, and is live when it was told that it has caught up', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 7);
    expect(line.latest().said).toEqual([
      { type: 'auth', accessToken: 'token-1', customerId: 'customer-1' },
      { type: 'subscribe', id: 'base', topics: ['activity', 'devices'], after: 7 },
    ]);
    expect(line.states).toEqual(['live']);
    // What was loaded before may be older than what is heard from now on.
    expect(line.counts.begins).toBe(1);
    line.connection.stop();
  });

  it('goes on after the last event that it heard, and tells each event once', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 7);
    for (const seq of [8, 9]) line.hear(event(seq));
    line.latest().ears.closed(1006);
    expect(line.states).toEqual(['live', 'away']);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(line.opened).toHaveLength(2);
    line.latest().ears.opened();
    line.hear({ type: 'welcome', customerId: 'customer-1', seq: 11 });
    expect(line.latest().said.at(-1)).toEqual({
      type: 'subscribe',
      id: 'base',
      topics: ['activity', 'devices'],
      after: 9,
    });
    for (const seq of [9, 10, 11]) line.hear(event(seq));
    expect(line.states).toEqual(['live', 'away']);
    line.hear({ type: 'caught_up', seq: 11 });
    expect(line.heard).toEqual([8, 9, 10, 11]);
    expect(line.states).toEqual(['live', 'away', 'live']);
    expect([line.counts.begins, line.counts.looks]).toEqual([1, 0]);
    line.connection.stop();
  });

  it('has everything looked up again when what it missed was forgotten', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 7);
    line.latest().ears.closed(1001);
    await jest.advanceTimersByTimeAsync(5_000);
    line.latest().ears.opened();
    line.hear({ type: 'welcome', customerId: 'customer-1', seq: 90 });
    line.hear({ type: 'subscribed', topics: ['activity'], seq: 90, replayFrom: 50 });
    expect([line.counts.begins, line.counts.looks]).toEqual([1, 1]);
    line.connection.stop();
  });

  it('follows what a screen names, once for all who name it, and again after it came back', async () => {
    const line = newLine();
    const stops = [line.connection.follow('device:a'), line.connection.follow('device:a')];
    line.connection.start();
    await live(line, 1);
    expect(line.latest().said.at(-1)).toEqual({ type: 'subscribe', topics: ['device:a'] });
    stops[0]?.();
    expect(line.latest().said.at(-1)).toEqual({ type: 'subscribe', topics: ['device:a'] });
    stops[1]?.();
    expect(line.latest().said.at(-1)).toEqual({ type: 'unsubscribe', topics: ['device:a'] });
    line.connection.stop();
  });

  it('renews its token in place', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 1);
    line.connection.renew('token-2');
    line.hear({ type: 'welcome', customerId: 'customer-1', seq: 1 });
    expect(line.latest().said.at(-1)).toEqual({
      type: 'auth',
      accessToken: 'token-2',
      customerId: 'customer-1',
    });
    expect(line.opened).toHaveLength(1);
    expect(line.states).toEqual(['live']);
    line.connection.stop();
  });

  it('gives up a connection that has gone silent, since a pulled plug closes nothing', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 1);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(line.opened[0]?.isClosed).toBe(true);
    expect(line.states).toEqual(['live', 'away']);
    line.connection.stop();
  });

  it('asks for another token when this one is refused, and opens nothing without one', async () => {
    const line = newLine(['token-1', null]);
    line.connection.start();
    await live(line, 1);
    line.latest().ears.closed(4401);
    expect(line.counts.refusals).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(line.opened).toHaveLength(1);
    expect(line.counts.refusals).toBe(2);
    line.connection.stop();
  });

  it('comes back over the time that the gateway names when it sends everybody away', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 7);
    line.hear({ type: 'goodbye', reason: 'shutting_down', reconnectInMs: 4_000 });
    line.latest().ears.closed(1001);
    await jest.advanceTimersByTimeAsync(1_999);
    expect(line.opened).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(line.opened).toHaveLength(2);
    line.connection.stop();
  });

  it('tries again when what it follows is refused, from the end of a log that was put back', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 7);
    for (const [code, after] of [
      ['dependency_unavailable', 7],
      ['invalid_request', 3],
    ] as const) {
      line.latest().ears.closed(1006);
      await jest.advanceTimersByTimeAsync(5_000);
      line.latest().ears.opened();
      line.hear({ type: 'welcome', customerId: 'customer-1', seq: 3 });
      line.hear({ type: 'error', id: 'base', problem: { code } });
      expect(line.latest().isClosed).toBe(true);
      await jest.advanceTimersByTimeAsync(5_000);
      line.latest().ears.opened();
      line.hear({ type: 'welcome', customerId: 'customer-1', seq: 3 });
      expect(line.latest().said.at(-1)).toMatchObject({ type: 'subscribe', after });
    }
    expect(line.counts.begins).toBe(2);
    line.connection.stop();
  });

  it('does not come back after it was stopped', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 1);
    line.connection.stop();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(line.opened).toHaveLength(1);
    expect(line.latest().isClosed).toBe(true);
  });

  it('comes back at once when the network says that it is there again', async () => {
    const line = newLine();
    line.connection.start();
    await live(line, 1);
    line.connection.lost();
    expect(line.states.at(-1)).toBe('away');
    line.connection.hurry();
    await jest.advanceTimersByTimeAsync(0);
    expect(line.opened).toHaveLength(2);
    line.connection.stop();
  });
});

describe('the wait before a connection is tried again', () => {
  it('is anywhere below a bound that doubles, up to a quarter of a minute', () => {
    expect([0, 1, 2].map((attempt) => reconnectDelayMs(attempt, 0.999))).toEqual([500, 999, 1_998]);
    expect(reconnectDelayMs(60, 0.999)).toBeLessThanOrEqual(15_000);
    expect(reconnectDelayMs(9, 0)).toBe(0);
  });
});
