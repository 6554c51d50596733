import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Json, TestDevice } from '../../support/api-client.js';
import { ApiClient, claim, newDevice, propose, signIn } from '../../support/api-client.js';
import { testAdmin } from '../../support/gateway-process.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { say } from '../../support/http/raw-connection.js';

interface Schema extends Json {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  /** With an id of nothing wherever the contract has one. */
  readonly path: string;
  readonly kind: 'public' | 'device' | 'customer';
  readonly body: Schema | null;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let operations: readonly Operation[];
let bearers: Readonly<Record<string, string>>;

beforeAll(async () => {
  opened = await openGateway({ environment: { RATE_SIGN_IN_PER_ADDRESS: '100000' } });
  admin = await signIn(opened.url);
  device = await newDevice(admin);
  operations = await readOperations();
  bearers = await everyBearer();
});
afterAll(() => opened.close());

async function readOperations(): Promise<readonly Operation[]> {
  interface Described {
    readonly security?: readonly object[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
    readonly parameters?: Operation['parameters'];
  }
  const { body } = await admin.get<{ paths: Record<string, Record<string, Described>> }>('/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [], requestBody, parameters = [] }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, randomUUID()),
      kind: kindOf(security),
      body: requestBody?.content['application/json']?.schema ?? null,
      parameters,
    })),
  );
}

function kindOf(security: readonly object[]): Operation['kind'] {
  if (security.length === 0) return 'public';
  return security.some((way) => 'accessToken' in way) ? 'customer' : 'device';
}

/** One of everything that opens something, or names it. */
async function everyBearer(): Promise<Readonly<Record<string, string>>> {
  const anybody = new ApiClient(opened.url);
  const { body: session } = await anybody.post<{ access_token: string; refresh_token: string }>(
    '/auth/v1/token?grant_type=password',
    testAdmin,
  );
  const { body: signedIn } = await anybody.post<{ token: string }>('/api/v1/device/auth', {
    deviceId: device.id,
    deviceSecret: device.secret,
  });
  const { body: provisioned } = await admin.post<{ activationCode: string }>(
    '/api/v1/customer/devices/provision',
    { name: 'Other' },
  );
  const { body: key } = await admin.post<{ id: string; key: string }>('/api/v1/customer/api-keys', {
    name: 'Nightly',
    role: 'operator',
  });
  const { body: me } = await admin.get<{ customerId: string; user: { id: string } }>('/api/v1/customer/me');
  const commandId = await propose(admin, device.id);
  const [claimed] = await claim(device.api);
  return {
    'access token': session.access_token,
    'API key': key.key,
    'device token': signedIn.token,
    'refresh token': session.refresh_token,
    'device secret': device.secret,
    'activation code': provisioned.activationCode,
    'claim token': claimed?.claimToken ?? '',
    grant: String((claimed as unknown as Json)['grant']),
    'id of a device': device.id,
    'id of a person': me.user.id,
    'id of a customer': me.customerId,
    'id of a command': commandId,
    'id of an API key': key.id,
  };
}

describe('every operation', () => {
  it('is open to nobody without credentials, but those that prove something or tell nothing', () => {
    const open = operations.filter(({ kind }) => kind === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual([
      'GET /.well-known/fieldgate-keys.json',
      'GET /asyncapi.json',
      'GET /healthz',
      'GET /openapi.json',
      'GET /portal-config.json',
      'GET /readyz',
      'GET /version',
      'POST /api/v1/device/auth',
      'POST /api/v1/device/register',
    ]);
  });

  it.each([
    ...[
      '/metrics',
      '/admin',
      '/debug/pprof',
      '/status',
      '/server-status',
      '/actuator/health',
      '/api',
      '/api/v1',
    ],
    ...[
      '/.env',
      '/.git/config',
      '/package.json',
      '/docs/static/../../package.json',
      '/docs/static/%2e%2e/package.json',
    ],
    ...['/auth/v1/admin/users', '/auth/v1/settings', '/auth/v1/signup', '/rest/v1/', '/graphql'],
  ])('is all there is: nothing else is found beside it, as at %s', async (path) => {
    const { hostname, port } = new URL(opened.url);
    // Not by fetch, which would tidy the path up.
    const said = await say(
      opened.url,
      `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it('refuses whoever shows nothing, or shows it where it does not belong', async () => {
    const token = { customer: bearers['access token'] ?? '', device: bearers['device token'] ?? '' };
    for (const { name, method, path, kind } of operations) {
      if (kind === 'public') continue;
      const query = `?access_token=${token[kind]}&token=${token[kind]}`;
      const stranger = new ApiClient(opened.url, { cookie: `token=${token[kind]}` });
      const { status, body } = await stranger.send(method, `${path}${query}`);
      expect([name, status, body['code']]).toEqual([name, 401, 'unauthenticated']);
    }
    expect(JSON.stringify(opened.log)).not.toContain(token.device);
    expect(JSON.stringify(opened.log)).not.toContain(token.customer);
  });

  it.each([
    ['customer', ['access token', 'API key']],
    ['device', ['device token']],
  ] as const)(
    'for a %s is closed to every other secret there is, and to everything that is an id',
    async (kind, own) => {
      expect(operations.filter((operation) => operation.kind === kind).length).toBeGreaterThan(5);
      for (const [what, bearer] of Object.entries(bearers)) {
        expect(bearer).not.toBe('');
        if ((own as readonly string[]).includes(what)) continue;
        const posing = new ApiClient(opened.url, { authorization: `Bearer ${bearer}` });
        const answers = await Promise.all(
          operations
            .filter((operation) => operation.kind === kind)
            .map(async ({ name, method, path }) => [name, (await posing.send(method, path)).status]),
        );
        expect([what, answers.filter(([, status]) => status !== 401)]).toEqual([what, []]);
      }
    },
  );

  it('with a body lets nobody set what is not theirs to say', async () => {
    const never = ['id', 'customerId', 'state', 'stateReason', 'attempt', 'claim', 'decisions', 'proposedBy'];
    const nor = ['approvers', 'createdAt', 'lifecycle', 'digest', 'rank', 'tokenGeneration', 'isAdmin'];
    const callers = { customer: admin, device: device.api, public: new ApiClient(opened.url) };
    const withBody = operations.filter(({ body }) => body !== null);
    expect(withBody.length).toBeGreaterThan(10);
    for (const { name, method, path, kind, body } of withBody) {
      const forbidden = [...never, ...nor].filter((field) => !(field in (body?.properties ?? {})));
      const answer = await callers[kind].send(
        method,
        path,
        Object.fromEntries(forbidden.map((field) => [field, 'x'])),
      );
      const errors = (answer.body['errors'] ?? []) as readonly { path: string }[];
      expect([name, answer.status]).toEqual([name, 400]);
      expect([name, errors.map((error) => error.path)]).toEqual([name, expect.arrayContaining(forbidden)]);
    }
  });

  it('says of each text and each list how long it may be', () => {
    const endless = operations.flatMap(({ name, body, parameters }) => [
      ...(body === null ? [] : endlessIn(body, name)),
      // What stands in a path is an id, or nothing is found; and all headers together are limited to 16 KiB.
      ...parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap((parameter) => endlessIn(parameter.schema, `${name} ${parameter.name}`)),
    ]);
    // These are measured in bytes, which a schema cannot say.
    expect(endless).toEqual([
      'POST /api/v1/device/commands/{id}/progress.message',
      'POST /api/v1/device/commands/{id}/progress.output',
      'POST /api/v1/device/commands/{id}/result.output',
    ]);
  });
});

/** Where in a schema something of any length may stand. A pattern is taken for a bound only when it ends. */
function endlessIn(schema: Schema, place: string): readonly string[] {
  const { type, properties = {}, items, anyOf = [], additionalProperties } = schema;
  const bounds = ['maxLength', 'enum', 'const', 'format', 'pattern'];
  const isEndless =
    (type === 'string' && !bounds.some((bound) => bound in schema)) ||
    (type === 'array' && !('maxItems' in schema));
  return [
    ...(isEndless ? [place] : []),
    ...Object.entries(properties).flatMap(([name, part]) => endlessIn(part, `${place}.${name}`)),
    ...(items === undefined ? [] : endlessIn(items, `${place}[]`)),
    ...anyOf.flatMap((part) => endlessIn(part, place)),
    ...(typeof additionalProperties === 'object' ? endlessIn(additionalProperties, `${place}.*`) : []),
  ];
}
