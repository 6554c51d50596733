import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { version } from '../../../src/composition/build-info.js';
import { faultDefinitions, statusOf } from '../../../src/interfaces/http/fault-codes.js';
import { ApiClient } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: object }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, object>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}

let opened: OpenedGateway;
let api: Document;

beforeAll(async () => {
  opened = await openGateway();
  api = (await new ApiClient(opened.url).get<Document>('/openapi.json')).body;
});

afterAll(async () => {
  await opened.close();
});

const operations = (): (readonly [string, Operation])[] =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

describe('the OpenAPI document', () => {
  it('is 3.1 and names what is served', () => {
    expect(api.openapi).toMatch(/^3\.1\./);
    expect(api.info.version).toBe(version);
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual([
      'DELETE /api/v1/customer/api-keys/{id}',
      'DELETE /api/v1/customer/devices/{id}/tokens',
      'DELETE /api/v1/customer/members/{userId}',
      'DELETE /api/v1/device/auth',
      'GET /.well-known/fieldgate-keys.json',
      'GET /api/v1/customer/activity',
      'GET /api/v1/customer/activity/verify',
      'GET /api/v1/customer/api-keys',
      'GET /api/v1/customer/approval-policy',
      'GET /api/v1/customer/approvals',
      'GET /api/v1/customer/break-glass',
      'GET /api/v1/customer/command-types',
      'GET /api/v1/customer/commands',
      'GET /api/v1/customer/commands/{id}',
      'GET /api/v1/customer/commands/{id}/explain',
      'GET /api/v1/customer/devices',
      'GET /api/v1/customer/devices/{id}',
      'GET /api/v1/customer/devices/{id}/status',
      'GET /api/v1/customer/me',
      'GET /api/v1/customer/members',
      'GET /api/v1/customer/sessions',
      'GET /api/v1/customer/sessions/{id}',
      'GET /api/v1/customer/sessions/{id}/timeline',
      'GET /api/v1/customer/standing-grants',
      'GET /api/v1/customer/standing-grants/{id}',
      'GET /api/v1/customer/system/info',
      'GET /asyncapi.json',
      'GET /healthz',
      'GET /openapi.json',
      'GET /portal-config.json',
      'GET /readyz',
      'GET /version',
      'PATCH /api/v1/customer/devices/{id}',
      'PATCH /api/v1/customer/members/{userId}',
      'POST /api/v1/customer/api-keys',
      'POST /api/v1/customer/approvals/{commandId}/decision',
      'POST /api/v1/customer/break-glass/{commandId}/review',
      'POST /api/v1/customer/commands/{id}/cancel',
      'POST /api/v1/customer/commands/{id}/redrive',
      'POST /api/v1/customer/commands/{id}/settle',
      'POST /api/v1/customer/devices/provision',
      'POST /api/v1/customer/devices/{id}/activation-code',
      'POST /api/v1/customer/devices/{id}/break-glass',
      'POST /api/v1/customer/devices/{id}/commands',
      'POST /api/v1/customer/devices/{id}/queue/pause',
      'POST /api/v1/customer/devices/{id}/queue/resume',
      'POST /api/v1/customer/devices/{id}/resume',
      'POST /api/v1/customer/devices/{id}/retire',
      'POST /api/v1/customer/devices/{id}/suspend',
      'POST /api/v1/customer/members',
      'POST /api/v1/customer/sessions',
      'POST /api/v1/customer/sessions/{id}/approve',
      'POST /api/v1/customer/sessions/{id}/close',
      'POST /api/v1/customer/sessions/{id}/commands',
      'POST /api/v1/customer/standing-grants',
      'POST /api/v1/customer/standing-grants/{id}/decision',
      'POST /api/v1/customer/standing-grants/{id}/revoke',
      'POST /api/v1/device/auth',
      'POST /api/v1/device/commands/claim',
      'POST /api/v1/device/commands/{id}/extend',
      'POST /api/v1/device/commands/{id}/progress',
      'POST /api/v1/device/commands/{id}/release',
      'POST /api/v1/device/commands/{id}/result',
      'POST /api/v1/device/heartbeat',
      'POST /api/v1/device/register',
      'POST /api/v1/device/secret/rotate',
      'PUT /api/v1/customer/approval-policy',
    ]);
  });

  it('gives every operation an id of its own, a summary, a tag and a word on who may call it', () => {
    const all = operations().map(([, operation]) => operation);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    for (const [name, { summary, tags, security }] of operations()) {
      expect([name, summary, tags, security]).toEqual([
        name,
        expect.any(String),
        [expect.any(String)],
        name.includes('/customer/') ? [{ accessToken: [] }, { apiKey: [] }] : expect.any(Array),
      ]);
    }
  });

  it('describes every refusal under its status, as a problem', () => {
    for (const [name, { responses }] of operations()) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect([name, status, description]).not.toContain('Default Response');
        if (Number(status) < 400 || name === 'GET /readyz') continue;
        expect([name, Object.keys(content ?? {})]).toEqual([name, ['application/problem+json']]);
        const codes = [...description.matchAll(/^`([a-z_]+)`:/gm)].map(([, code = '']) => code);
        const known = Object.entries(faultDefinitions).filter(([code]) => codes.includes(code));
        expect(known.map(([code, { kind }]) => statusOf({ code, kind }))).toEqual(
          codes.map(() => Number(status)),
        );
      }
    }
  });

  it('says that bodies take nothing unknown', () => {
    const { requestBody } = api.paths['/api/v1/device/auth']?.['post'] ?? {};
    expect(requestBody?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['deviceId', 'deviceSecret'],
    });
  });

  it('says which bodies may be missing, and which headers are understood', () => {
    const claim = api.paths['/api/v1/device/commands/claim']?.['post'];
    expect(claim?.requestBody).toMatchObject({
      required: false,
      content: { 'application/json': { schema: { type: 'object' } } },
    });
    const suspend = api.paths['/api/v1/customer/devices/{id}/suspend']?.['post'];
    expect(suspend).not.toHaveProperty('requestBody');
    const provision = api.paths['/api/v1/customer/devices/provision']?.['post'];
    expect(provision?.parameters?.map(({ name }) => name)).toEqual(['X-Customer-ID', 'Idempotency-Key']);
  });

  it('resolves every reference within itself', () => {
    const names = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(names)].sort()).toEqual(Object.keys(api.components.schemas).sort());
  });
});
