import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { RunningTimeout } from '../../../src/infrastructure/redis/running-timeout.js';

/** Answers every word at once but `hush`, in a thread of its own: it goes on while this one stands still. */
const answering = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => String(data) === 'hush' || socket.write('answer'));
  }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('a timeout of running time', () => {
  let server: Worker;
  let socket: Socket;

  beforeAll(async () => {
    server = new Worker(answering, { eval: true });
    const [port] = (await once(server, 'message')) as [number];
    socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
  });

  afterAll(async () => {
    socket.destroy();
    await server.terminate();
  });

  const ask = async (word: string): Promise<string> => {
    socket.write(word);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  };

  function standStill(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  it('hears an answer that came while the process stood still for longer than the limit', async () => {
    const timeout = new RunningTimeout(100);
    const answer = timeout.limit(ask('word'));
    // What is written goes out before.
    await new Promise((resolve) => setImmediate(resolve));
    standStill(600);
    await expect(answer).resolves.toBe('answer');
  });

  it('gives a question the time that it stood still before it could be sent', async () => {
    const timeout = new RunningTimeout(100);
    const answer = timeout.limit(ask('word'));
    standStill(600);
    await expect(answer).resolves.toBe('answer');
  });

  it('gives up when no answer comes, and not sooner', async () => {
    const timeout = new RunningTimeout(100);
    const begun = performance.now();
    await expect(timeout.limit(ask('hush'))).rejects.toThrow('No answer came within 100 ms.');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
  });

  it('passes on what went wrong by itself', async () => {
    const timeout = new RunningTimeout(100);
    await expect(timeout.limit(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('times each by itself, and goes on after a while without any', async () => {
    const timeout = new RunningTimeout(100);
    const never = new Promise<never>(() => undefined);
    const first = timeout.limit(never);
    const second = timeout.limit(Promise.resolve('there'));
    await expect(second).resolves.toBe('there');
    await expect(first).rejects.toThrow('No answer');
    await new Promise((resolve) => setTimeout(resolve, 120));
    await expect(timeout.limit(never)).rejects.toThrow('No answer');
  });
});
