import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../../src/interfaces/ws/connection.js';

it('takes one message of any length while nothing is unread', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  const connection = new Connection('one', socket);
  const text = 'x'.repeat(3_000_000);
  const heard = once(client, 'message') as Promise<[Buffer]>;
  expect(connection.send({ text })).toBe(true);
  expect(JSON.parse((await heard)[0].toString())).toEqual({ text });
  expect(client.readyState).toBe(WebSocket.OPEN);
  client.terminate();
  server.close();
});
