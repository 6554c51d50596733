import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { opcode, openRawSocket } from '../../support/ws/raw-frames.js';

const path = '/ws/customer';

describe('a gateway that stops', () => {
  it('says goodbye to everybody, closes with 1001, and takes nobody new', async () => {
    const gateway = await openGateway();
    try {
      const { headers } = await signIn(gateway.url);
      const url = `${gateway.url.replace('http', 'ws')}${path}`;
      const sockets = [new WebSocket(url, { headers }), new WebSocket(url)];
      const heard = sockets.map((socket) => {
        const messages: unknown[] = [];
        socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
        return messages;
      });
      const closed = sockets.map((socket) => once(socket, 'close') as Promise<[number, Buffer]>);
      await Promise.all(sockets.map((socket) => once(socket, 'open')));
      await eventually(() => heard[0]?.length === 1);
      await gateway.stop();
      for (const [at, ending] of closed.entries()) {
        const [code, reason] = await ending;
        expect([code, reason.toString()]).toEqual([1001, 'shutting down']);
        expect(heard[at]?.at(-1)).toEqual({
          type: 'goodbye',
          reason: 'shutting_down',
          reconnectInMs: expect.any(Number),
        });
      }
      await expect(openRawSocket(gateway.url, path, headers)).rejects.toThrow();
    } finally {
      await gateway.close();
    }
  });

  it('does not wait for peers that never answer', async () => {
    const gateway = await openGateway();
    try {
      const { headers } = await signIn(gateway.url);
      const deaf = await openRawSocket(gateway.url, path, headers);
      await eventually(() => deaf.frames().length > 0);
      const begun = performance.now();
      await gateway.stop();
      expect(performance.now() - begun).toBeLessThan(8_000);
      expect(deaf.frames().map((one) => one.opcode)).toEqual([opcode.text, opcode.text, opcode.close]);
    } finally {
      await gateway.close();
    }
  });
});
