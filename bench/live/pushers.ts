import { randomUUID } from 'node:crypto';
import { payload } from '../fleet.js';
import { HttpConnection } from '../http/http-connection.js';
import type { SignedInDevice } from '../http/signed-in-fleet.js';
import { openLines } from './opened-lines.js';

/** Brings something to whoever listens at the other end, in its own way. */
export interface Pusher {
  readonly name: string;
  /** Milliseconds from the beginning of the request until the receiver of that seat has the message. */
  push(seat: number): Promise<number>;
  /** Puts away what was pushed; its time is not counted. */
  settle(seat: number): Promise<void>;
  close(): void;
}

const work = { type: 'http_check', parameters: payload };

/** A person proposes over HTTP; the device is ready, and reports a result afterwards. */
export async function ourPusher(
  url: string,
  member: string,
  devices: readonly SignedInDevice[],
): Promise<Pusher> {
  const tokens = devices.map(({ token }) => token);
  const ready = { type: 'ready', capacity: 10 };
  const lines = await openLines(url, '/ws/device', tokens, (line) => line.ask(ready, 'ready.ok'));
  const seats = lines.map((line, seat) => ({
    line,
    proposals: new HttpConnection(url),
    path: `/api/v1/customer/devices/${devices[seat]?.id ?? ''}/commands`,
    pushed: '',
  }));
  const seatOf = (number: number): (typeof seats)[number] => seats[number] ?? missing();
  return {
    name: 'Fieldgate',
    push: async (number) => {
      const seat = seatOf(number);
      const begun = performance.now();
      const [{ at, text }] = await Promise.all([
        seat.line.next('command'),
        seat.proposals.call('POST', seat.path, member, work),
      ]);
      seat.pushed = text;
      return at - begun;
    },
    settle: async (number) => {
      const { line, pushed } = seatOf(number);
      const { command } = JSON.parse(pushed) as { command: { id: string; claimToken: string } };
      const { id: commandId, claimToken } = command;
      const result = { type: 'result', commandId, claimToken, status: 'succeeded', output: 'ok' };
      await line.ask(result, 'result.ok');
    },
    close: () => {
      for (const { line, proposals } of seats) {
        line.close();
        proposals.close();
      }
    },
  };
}

/** A request, what is on disk before its answer, a publish, and a message to whoever listens. */
export async function barePusher(name: string, url: string, path: string, size: number): Promise<Pusher> {
  const lines = await openLines(url, '/', new Array<null>(size).fill(null));
  const seats = lines.map((line) => ({ line, requests: new HttpConnection(url), to: randomUUID() }));
  await Promise.all(seats.map(({ line, to }) => line.ask({ type: 'listen', to }, 'listen.ok')));
  return {
    name,
    push: async (number) => {
      const { line, requests, to } = seats[number] ?? missing();
      const begun = performance.now();
      const [{ at }] = await Promise.all([
        line.next('command'),
        requests.call('POST', path, null, { id: randomUUID(), to, ...work }),
      ]);
      return at - begun;
    },
    settle: () => Promise.resolve(),
    close: () => {
      for (const { line, requests } of seats) {
        line.close();
        requests.close();
      }
    },
  };
}

export const missing = (): never => {
  throw new Error('there are more seats taken than there are');
};
