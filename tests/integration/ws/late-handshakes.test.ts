import { describe, expect, it } from '@jest/globals';
import { signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { openRawConnection } from '../../support/http/raw-connection.js';
import { openRawSocket } from '../../support/ws/raw-frames.js';

describe('a handshake that comes while the gateway stops', () => {
  it('is refused and hung up on, and holds nothing up', async () => {
    const gateway = await openGateway();
    try {
      const { headers } = await signIn(gateway.url);
      // Never answers the close frame, and so keeps the gateway for some seconds.
      const deaf = await openRawSocket(gateway.url, '/ws/customer', headers);
      await eventually(() => deaf.frames().length > 0);
      const late = await openRawConnection(gateway.url);
      // In the middle of its request, so that it is not idle.
      late.write('GET /ws/customer HTTP/1.1\r\nHost: gateway\r\n');
      // Answered after the server has read that.
      await fetch(`${gateway.url}/healthz`);
      const begun = performance.now();
      const stopping = gateway.stop();
      await eventually(() => deaf.frames().length > 1);
      late.write(
        [
          ...Object.entries(headers).map((line) => line.join(': ')),
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ]
          .join('\r\n')
          .concat('\r\n\r\n'),
      );
      expect(await late.ended).toContain(' 503 ');
      await stopping;
      expect(performance.now() - begun).toBeLessThan(8_000);
    } finally {
      await gateway.close();
    }
  }, 60_000);
});
