import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

type Part = Readonly<Record<string, unknown>>;

interface Document {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: Part }>>;
  readonly operations: Readonly<Record<string, { readonly action: string; readonly summary: string }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: Part }>>;
    readonly schemas: Part;
  };
}

let gateway: OpenedGateway;
let document: Document;

beforeAll(async () => {
  gateway = await openGateway();
  const answer = await fetch(`${gateway.url}/asyncapi.json`);
  expect(answer.status).toBe(200);
  document = (await answer.json()) as Document;
});
afterAll(() => gateway.close());

/** As the specification's own schema has it. */
function specification(): Part {
  const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Part;
}

/** Every reference in the document. */
const references = (part: unknown): readonly string[] =>
  typeof part !== 'object' || part === null
    ? []
    : Object.entries(part).flatMap(([name, member]) =>
        name === '$ref' && typeof member === 'string' ? [member] : references(member),
      );

function resolve(reference: string): unknown {
  let found: unknown = document;
  for (const step of reference.slice(2).split('/'))
    found = (found as Part | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found;
}

describe('the AsyncAPI document', () => {
  it('is valid by the schema of AsyncAPI 3', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const isValid = ajv.compile(specification());
    isValid(document);
    expect(isValid.errors ?? []).toEqual([]);
    expect(document.asyncapi).toBe('3.0.0');
  });

  it('points at nothing that is not there', () => {
    const lost = references(document).filter((reference) => resolve(reference) === undefined);
    expect(lost).toEqual([]);
  });

  it('describes what devices and people say and hear', () => {
    expect(
      Object.fromEntries(Object.entries(document.channels).map(([name, { address }]) => [name, address])),
    ).toEqual({
      device: '/ws/device',
      customer: '/ws/customer',
    });
    const said = (channel: string): readonly string[] =>
      Object.keys(document.channels[channel]?.messages ?? {});
    expect(said('device')).toEqual(
      expect.arrayContaining(['auth', 'welcome', 'error', 'goodbye', 'heartbeat', 'heartbeat.ok']),
    );
    expect(said('customer')).toEqual(
      expect.arrayContaining(['auth', 'welcome', 'error', 'goodbye', 'ping', 'pong']),
    );
  });

  it('has a payload for every message whose type is the one it is sent under', () => {
    for (const [name, { payload }] of Object.entries(document.components.messages)) {
      const type = (payload['properties'] as { readonly type: Part }).type['const'];
      expect(name).toMatch(new RegExp(`^(device|customer)\\.${String(type).replace('.', '\\.')}$`));
      expect(payload['required']).toContain('type');
    }
  });

  it('has a sentence for every operation', () => {
    for (const { summary } of Object.values(document.operations)) expect(summary).toMatch(/^[A-Z].{8,}[^.]$/);
  });
});
