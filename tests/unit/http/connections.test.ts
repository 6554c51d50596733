import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import type { Cancellation } from '../../../src/application/ports/cancellation.js';
import type { Door } from '../../support/http/door.js';
import { openDoor } from '../../support/http/door.js';

let door: Door;
let port: number;

const listen = async (opened: Door): Promise<void> => {
  door = opened;
  port = Number(new URL(await door.app.listen({ host: '127.0.0.1', port: 0 })).port);
};

beforeEach(async () => {
  await listen(await openDoor());
});

afterEach(async () => {
  await door.app.close();
});

/** Everything that the server says to these bytes until it hangs up. */
const say = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString());
    });
    socket.on('error', reject);
  });

describe('bytes that are no request', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('are answered with a problem, and hung up on: %s', async (_what, bytes, status) => {
    const [head = '', body = ''] = (await say(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(head).toContain('content-type: application/problem+json');
    const problem = JSON.parse(body) as { requestId: string };
    expect(problem).toMatchObject({ code: 'invalid_request', status });
    expect(head).toContain(`x-request-id: ${problem.requestId}`);
  });
});

describe('a long poll', () => {
  it('is given up when the device hangs up', async () => {
    await door.app.close();
    const seen = Promise.withResolvers<Cancellation>();
    const { options, deviceToken } = await openDoor();
    const claimCommands = {
      execute: (_input: unknown, cancellation: Cancellation) => {
        seen.resolve(cancellation);
        return new Promise<never>(() => undefined);
      },
    };
    await listen(await openDoor({ device: { ...options.device, claimCommands } }));
    const controller = new AbortController();
    const poll = fetch(`http://127.0.0.1:${String(port)}/api/v1/device/commands/claim`, {
      method: 'POST',
      headers: { authorization: `Bearer ${deviceToken}`, 'content-type': 'application/json' },
      body: '{"waitMs":25000}',
      signal: controller.signal,
    });
    const cancellation = await seen.promise;
    const cancelled = new Promise<void>((resolve) => {
      cancellation.addEventListener('abort', resolve);
    });
    controller.abort();
    await expect(poll).rejects.toThrow();
    await cancelled;
    expect(cancellation.aborted).toBe(true);
  });
});

describe('a server that closes', () => {
  it('finishes what it does, and refuses what still comes in on a connection that is kept alive', async () => {
    await door.app.close();
    const held = Promise.withResolvers<readonly never[]>();
    const asked = Promise.withResolvers<undefined>();
    const closes = Promise.withResolvers<undefined>();
    const { options, deviceToken } = await openDoor();
    const claimCommands = {
      execute: () => {
        asked.resolve(undefined);
        return held.promise;
      },
    };
    const opened = await openDoor({ device: { ...options.device, claimCommands } });
    opened.app.addHook('preClose', (done) => {
      closes.resolve(undefined);
      done();
    });
    await listen(opened);
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const ended = new Promise((resolve) => {
      socket.on('data', (chunk) => chunks.push(chunk)).on('close', resolve);
    });
    const claim = `POST /api/v1/device/commands/claim HTTP/1.1\r\nhost: a\r\nx-device-token: ${deviceToken}\r\n`;
    socket.write(`${claim}content-length: 0\r\n\r\n`);
    await asked.promise;
    const closing = door.app.close();
    await closes.promise;
    socket.write('GET /version HTTP/1.1\r\nhost: a\r\n\r\n');
    held.resolve([]);
    await ended;
    await closing;
    const said = Buffer.concat(chunks).toString();
    expect(said).toContain('{"commands":[]}');
    expect(said.split('HTTP/1.1 ')[2]).toMatch(/^503 .*"code":"shutting_down"/s);
  });
});
