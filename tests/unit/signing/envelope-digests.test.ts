import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { envelopeOf } from '../../../src/domain/command/proposal.js';
import type { EnvelopeFacts } from '../../../src/domain/command/proposal.js';
import type { JsonObject, JsonValue } from '../../../src/domain/shared/json.js';
import { CanonicalDigests } from '../../../src/infrastructure/signing/canonical-digests.js';

const digests = new CanonicalDigests();

/** Text that JSON can carry: no halves of characters. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const parameters = fc
  .dictionary(text, fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }), { maxKeys: 5 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const facts: fc.Arbitrary<EnvelopeFacts> = fc.record({
  commandId: fc.uuid(),
  customerId: fc.uuid(),
  device: fc.record({ id: text, credentialGeneration: fc.nat() }),
  sessionId: fc.option(fc.uuid()),
  type: fc.record({
    type: text,
    version: fc.nat(),
    title: text,
    description: text,
    risk: fc.constantFrom('read', 'change', 'destructive'),
    deliveryClass: fc.constantFrom('at_least_once', 'at_most_once'),
    defaults: fc.constant({ expiresInMs: 1, visibilityTimeoutMs: 1, maxAttempts: 1 }),
    parametersSchema: fc.constant({}),
  }),
  parameters,
  proposedBy: fc.record({
    kind: fc.constantFrom('member', 'service_account'),
    id: fc.uuid(),
    name: text,
  }),
  policyVersion: fc.nat(),
  expiresAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
});

const envelopes = facts.map(envelopeOf);

/** Every place in a value where something else could stand. */
function leaves(value: JsonValue, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, part]) => leaves(part, [...path, name]));
  return below.length === 0 ? [path] : below;
}

function changedAt(value: JsonValue, [name, ...rest]: readonly string[], to: JsonValue): JsonValue {
  if (name === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((part: JsonValue, index) => (String(index) === name ? changedAt(part, rest, to) : part));
  }
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.map(([key, part]) => [key, key === name ? changedAt(part, rest, to) : part]),
  );
}

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((part: JsonValue) => reversed(part));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, reversed(part)]),
  );
}

/** Another value, as near as can be: one character, one digit, the other truth. */
function near(value: JsonValue | undefined): JsonValue {
  if (typeof value === 'string') return value.endsWith('a') ? `${value.slice(0, -1)}b` : `${value}a`;
  if (typeof value === 'number') return value === 0 ? 1 : value / 2;
  if (typeof value === 'boolean') return !value;
  return value === null ? false : null;
}

const at = (value: JsonValue, path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>(
    (part, name) => Object.entries(part ?? {}).find(([key]) => key === name)?.[1] as JsonValue | undefined,
    value,
  );

describe('the digest of an envelope', () => {
  it('is another one after the smallest change of anything in it', () => {
    fc.assert(
      fc.property(envelopes, fc.nat(), (envelope, choice) => {
        const places = leaves(envelope);
        const place = places[choice % places.length] ?? [];
        const changed = changedAt(envelope, place, near(at(envelope, place)));
        expect(digests.of(changed)).not.toBe(digests.of(envelope));
      }),
      { numRuns: 500 },
    );
  });

  it('is another one after any change of each of its members', () => {
    fc.assert(
      fc.property(envelopes, envelopes, (envelope, other) => {
        for (const name of Object.keys(envelope)) {
          const mixed = { ...envelope, [name]: other[name] ?? null };
          const same = digests.of(mixed[name] ?? null) === digests.of(envelope[name] ?? null);
          expect(digests.of(mixed) === digests.of(envelope)).toBe(same);
        }
      }),
    );
  });

  it('is another one when a member is missing, or there is one more', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        for (const name of Object.keys(envelope)) {
          const rest = Object.fromEntries(Object.entries(envelope).filter(([key]) => key !== name));
          expect(digests.of(rest)).not.toBe(digests.of(envelope));
        }
        expect(digests.of({ ...envelope, more: null })).not.toBe(digests.of(envelope));
      }),
    );
  });

  it('does not depend on the order of members, at any depth', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        expect(digests.of(reversed(envelope))).toBe(digests.of(envelope));
      }),
    );
  });

  it('survives the way over the wire', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        expect(digests.of(JSON.parse(JSON.stringify(envelope)) as JsonValue)).toBe(digests.of(envelope));
      }),
    );
  });
});
