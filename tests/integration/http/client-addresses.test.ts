import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { say } from '../../support/http/raw-connection.js';

const most = 3;

/** How the sign-ins of one connection are answered that claim these addresses, one after the other. */
async function knock(opened: OpenedGateway, forwarded: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const [n, address] of forwarded.entries()) {
    const posing = new ApiClient(opened.url, { 'x-forwarded-for': address });
    const body = { deviceId: `nobody-${String(n)}`, deviceSecret: 'guess' };
    statuses.push((await posing.post('/api/v1/device/auth', body)).status);
  }
  return statuses;
}

const rotating = (more: string): readonly string[] =>
  Array.from({ length: most + 1 }, (_, n) => `203.0.113.${String(n)}${more}`);

describe('the address of a client', () => {
  it('is that of the connection where no proxy is trusted, whatever the client says', async () => {
    const opened = await openGateway({ environment: { RATE_SIGN_IN_PER_ADDRESS: String(most) } });
    try {
      expect(await knock(opened, rotating(''))).toEqual([401, 401, 401, 429]);
    } finally {
      await opened.close();
    }
  });

  it('is what the trusted proxy saw, and not what the client told the proxy', async () => {
    const opened = await openGateway({
      environment: { RATE_SIGN_IN_PER_ADDRESS: String(most), TRUST_PROXY: '127.0.0.1' },
    });
    try {
      // The proxy adds what it saw at the right; whatever stood there came from the client.
      expect(await knock(opened, rotating(', 198.51.100.7'))).toEqual([401, 401, 401, 429]);
      expect(await knock(opened, ['198.51.100.7', '198.51.100.8'])).toEqual([429, 401]);
    } finally {
      await opened.close();
    }
  });
});

describe('two requests in one', () => {
  let opened: OpenedGateway;
  beforeAll(async () => {
    opened = await openGateway();
  });
  afterAll(() => opened.close());

  const smuggled = 'GET /version HTTP/1.1\r\nhost: a\r\n\r\n';

  it.each([
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n', `0\r\n\r\n${smuggled}`],
    ['chunks of another kind', 'transfer-encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`],
    [
      'chunks that are not the last coding',
      'transfer-encoding: chunked, identity\r\n',
      `0\r\n\r\n${smuggled}`,
    ],
    ['a length that is no number', 'content-length: +5\r\n', `hello${smuggled}`],
    ['a folded header', 'content-length:\r\n 5\r\n', `hello${smuggled}`],
    ['a space before the colon', 'content-length : 5\r\n', `hello${smuggled}`],
    ['a chunk that does not say its length', 'transfer-encoding: chunked\r\n', `0x5\r\nhello\r\n${smuggled}`],
    ['lines that end with a bare LF', 'x: y\ncontent-length: 5\r\n', `hello${smuggled}`],
  ])('are refused as a whole, and hung up on: %s', async (_what, headers, rest) => {
    const head = `POST /api/v1/device/auth HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`;
    const said = await say(opened.url, `${head}${headers}\r\n${rest}`);
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});
