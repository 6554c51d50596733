import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const expected = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

let opened: OpenedGateway;

beforeAll(async () => {
  opened = await openGateway({ environment: { CORS_ORIGINS: 'https://portal.example.com' } });
});
afterAll(async () => {
  await opened.close();
});

const json = { 'content-type': 'application/json' };
const fromPortal = { origin: 'https://portal.example.com', 'access-control-request-method': 'GET' };

it.each<[string, number, string, RequestInit]>([
  ['an answer', 200, '/healthz', {}],
  ['an answer without a body', 200, '/healthz', { method: 'HEAD' }],
  ['a page', 200, '/docs/faults', {}],
  ['a refusal before the body is read', 401, '/api/v1/device/heartbeat', { method: 'POST' }],
  ['a refused body', 400, '/api/v1/device/auth', { method: 'POST', headers: json, body: '{' }],
  ['an unknown path', 404, '/nowhere', {}],
  ['an unknown method', 405, '/healthz', { method: 'PUT' }],
  ['a preflight', 204, '/api/v1/customer/me', { method: 'OPTIONS', headers: fromPortal }],
])('protects %s', async (_what, status, path, init) => {
  const answer = await fetch(`${opened.url}${path}`, init);
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject(expected);
  expect(answer.headers.has('x-powered-by')).toBe(false);
});

it.each(['/docs', '/docs/static/swagger-initializer.js', '/docs/static/page.css'])(
  'protects %s under a policy that lets the page show itself',
  async (path) => {
    const answer = await fetch(`${opened.url}${path}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...expected,
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
  },
);
