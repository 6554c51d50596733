import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const everywhere = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};
const forBrowsers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

const expected = { ...everywhere, ...forBrowsers };

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
  ['a refusal before the body is read', 401, '/api/v1/customer/me', {}],
  ['a refused body', 400, '/auth/v1/token?grant_type=password', { method: 'POST', headers: json, body: '{' }],
  ['an unknown path', 404, '/nowhere', {}],
  ['an unknown method', 405, '/healthz', { method: 'PUT' }],
  ['a preflight', 204, '/api/v1/customer/me', { method: 'OPTIONS', headers: fromPortal }],
])('protects %s', async (_what, status, path, init) => {
  const answer = await fetch(`${opened.url}${path}`, init);
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject(expected);
  expect(answer.headers.has('x-powered-by')).toBe(false);
});

it.each<[string, number, string, RequestInit]>([
  ['a refusal before the body is read', 401, '/api/v1/device/heartbeat', { method: 'POST' }],
  ['a refused body', 400, '/api/v1/device/auth', { method: 'POST', headers: json, body: '{' }],
])('spares a device what only browsers read: %s', async (_what, status, path, init) => {
  const answer = await fetch(`${opened.url}${path}`, init);
  expect(answer.status).toBe(status);
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({ ...everywhere, 'cache-control': 'no-store' });
  expect(Object.keys(forBrowsers).filter((name) => name in headers)).toEqual([]);
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
