import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

describe('a client that never comes to the end of its request', () => {
  let gateway: OpenedGateway;
  beforeAll(async () => {
    gateway = await openGateway({
      environment: { HEADERS_TIMEOUT_MS: '1000', REQUEST_TIMEOUT_MS: '3000', KEEP_ALIVE_TIMEOUT_MS: '9000' },
    });
  });
  afterAll(() => gateway.close());

  async function leftAlone(text: string): Promise<{ ms: number; answer: string }> {
    const begun = performance.now();
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.write(text);
    await once(socket, 'close');
    return { ms: performance.now() - begun, answer };
  }

  it('is told so, sooner in the headers than in the body', async () => {
    const start = 'POST /api/v1/device/auth HTTP/1.1\r\nhost: gateway.example\r\n';
    const [headers, body] = await Promise.all([
      leftAlone(start),
      leftAlone(`${start}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"deviceId":`),
    ]);
    expect([headers.answer, body.answer]).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 408 /),
      expect.stringMatching(/^HTTP\/1\.1 408 /),
    ]);
    expect(headers.ms).toBeGreaterThanOrEqual(1_000);
    expect(body.ms).toBeGreaterThanOrEqual(3_000);
    expect(headers.ms).toBeLessThan(body.ms);
  });

  it('does not keep a connection from waiting that has asked before', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const ask = async (): Promise<string> => {
      socket.write('GET /healthz HTTP/1.1\r\nhost: gateway.example\r\n\r\n');
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      return chunk.toString();
    };
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    // Beyond every limit on a request.
    await leftAlone('GET /healthz HTTP/1.1\r\n');
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});
