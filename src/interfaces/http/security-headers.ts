import type { FastifyInstance } from 'fastify';

/**
 * What every answer carries, those to devices too: what OWASP asks of a REST service, beside `Cache-Control`.
 * https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
const everywhere = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

/**
 * With these, the set of helmet 8, with a policy for answers that are no pages: https://helmetjs.github.io/. They are the
 * same on every answer, and so they are written out once instead of being computed for each.
 */
const forBrowsers = {
  ...everywhere,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** No browser asks here, and a device may pay for each byte: it asks thousands of times a day. */
const devicePaths = '/api/v1/device/';

/** Tells browsers to trust nothing that an answer does not need. A page may set a policy of its own instead. */
export function protectAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', ({ url }, reply, done) => {
    void reply.headers(url.startsWith(devicePaths) ? everywhere : forBrowsers);
    done();
  });
}
