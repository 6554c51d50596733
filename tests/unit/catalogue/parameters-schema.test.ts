import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/domain/shared/json.js';
import { catalogue, check, typeNamed } from './catalogue.js';
import { nearlyWellFormed, wellFormed } from './any-parameters.js';

const names = catalogue.list().map(({ type }) => type);

/**
 * Texts with rules that JSON Schema has no words for, such as the structure of a host name: about these, the
 * schema may allow more than is accepted.
 */
const beyondSchema = ['host', 'name', 'server', 'url', 'path', 'source'].map(
  (member) => `parameters.${member}`,
);

/** Ajv as Fastify brings it, with nothing coerced, removed or added. */
const app = Fastify({
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
});

function bySchema(type: string): (parameters: unknown) => boolean {
  // The words that occur mean the same in the draft that Ajv speaks here.
  const { $schema, ...schema } = typeNamed(type).parametersSchema;
  expect($schema).toBe('https://json-schema.org/draft/2020-12/schema');
  const route = { schema, method: 'POST', url: '/', httpPart: 'body' };
  const validate = app.validatorCompiler?.(route);
  if (validate === undefined) throw new Error('Fastify has no validator.');
  return (parameters) => validate(parameters) === true;
}

beforeAll(async () => {
  app.post('/', { schema: { body: { type: 'object' } } }, () => null);
  await app.ready();
});
afterAll(() => app.close());

describe.each(names)('the JSON Schema of %s', (type) => {
  it('says that nothing else may be there, as the schema of an object', () => {
    expect(typeNamed(type).parametersSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('agrees with the check about what is well formed', () => {
    const allows = bySchema(type);
    fc.assert(
      fc.property(wellFormed(type), (parameters) => {
        expect(allows(parameters)).toBe(true);
        expect(check(type, parameters)).toEqual({ ok: true, parameters });
      }),
    );
  });

  it('agrees with the check about what is not, as far as JSON Schema can say it', () => {
    const allows = bySchema(type);
    fc.assert(
      fc.property(nearlyWellFormed(type), (parameters: JsonObject) => {
        const checked = check(type, parameters);
        if (checked.ok) expect(allows(parameters)).toBe(true);
        else if (allows(parameters)) {
          for (const { path } of checked.errors) expect(beyondSchema).toContain(path);
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('agrees with the check about an IPv6 address that ends in an IPv4 one', () => {
  const parameters = { name: 'a', server: '::ffff:192.0.2.1' };
  expect(bySchema('dns_lookup')(parameters)).toBe(check('dns_lookup', parameters).ok);
});
