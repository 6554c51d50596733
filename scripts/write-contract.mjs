import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { dist, root } from './sources.mjs';

/**
 * Writes one of the contract's documents, `openapi` or `asyncapi`, of the built gateway to the file that is named, or to
 * standard output. It needs no store: routes and messages are described and never called.
 */
const built = (path) => import(pathToFileURL(join(dist, 'src', 'interfaces', 'http', path)).href);
const [{ buildHttpServer }, { rateRulesPerMinute }] = await Promise.all([
  built('http-server.js'),
  built('rate-rules.js'),
]);
const { version } = (await import(pathToFileURL(join(root, 'package.json')).href, { with: { type: 'json' } }))
  .default;

const uncalled = new Proxy({}, { get: () => () => Promise.reject(new Error('nothing is called here')) });
const verbs = new Proxy({}, { get: () => uncalled });
const silent = { level: 'silent', child: () => silent };
for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  silent[level] = () => undefined;

const app = buildHttpServer({
  device: verbs,
  customer: verbs,
  rateLimiter: uncalled,
  rateRules: rateRulesPerMinute({ device: 1, user: 1, signInPerDevice: 1, signInPerAddress: 1 }),
  idempotency: uncalled,
  digests: uncalled,
  ids: { uuid: () => 'nobody' },
  clock: uncalled,
  grantKeys: { publicKeys: () => ({ keys: [] }), successions: () => [] },
  probes: uncalled,
  version,
  faultsPage: '# Problems',
  logger: silent,
  timeouts: { keepAliveMs: 65_000, headersMs: 66_000, requestMs: 50_000 },
  sockets: { pingMs: 25_000, signInMs: 5_000, meter: null },
  trustProxy: false,
  corsOrigins: [],
  localIdentity: null,
  portal: { folder: null, identityUrl: null, publishableKey: null },
  shutdown: new AbortController().signal,
  requestLogShare: null,
  withRequestContext: (_context, proceed) => proceed(),
});
await app.ready();
const [, , name, file] = process.argv;
const { statusCode, body } = await app.inject(`/${name}.json`);
await app.close();
if (statusCode !== 200) throw new Error(`there is no document ${name}`);
const text = `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
