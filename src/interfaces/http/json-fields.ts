import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../domain/shared/json.js';
import { isStorable } from './text-fields.js';

/** Deeper than anything meant, and shallow enough for every parser behind us. */
const maxDepth = 32;

/** Whether the value survives storage: finite numbers, storable text, bounded depth. */
function isStorableJson(value: unknown, depth = 0): value is JsonValue {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isStorableJson(item, depth + 1));
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorableJson(member, depth + 1));
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isStorableJson(value);

const fits = (maxBytes: number) => (value: JsonValue) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes;

const tooLarge = (maxBytes: number) => ({
  message: `must not be longer than ${String(maxBytes)} bytes of JSON`,
  params: { tooLarge: true },
});

/** Any JSON value; beyond `maxBytes` of it, it is `payload_too_large`. */
export const boundedJson = (maxBytes: number) =>
  z
    .custom<JsonValue>(
      (value) => isStorableJson(value),
      'must be JSON that can be stored, at most 32 levels deep',
    )
    .refine(fits(maxBytes), tooLarge(maxBytes))
    .meta({ description: `Any JSON, at most ${String(maxBytes)} bytes.` });

/** A JSON object; beyond `maxBytes` of it, it is `payload_too_large`. */
export const boundedJsonObject = (maxBytes: number) =>
  z
    .custom<JsonObject>(isObject, 'must be a JSON object that can be stored, at most 32 levels deep')
    .refine(fits(maxBytes), tooLarge(maxBytes))
    .meta({ type: 'object', description: `At most ${String(maxBytes)} bytes of JSON.` });

/** JSON in answers, as it was stored. */
export const anyJson = z.custom<JsonValue>(() => true).meta({ description: 'Any JSON.' });
export const anyJsonObject = z.custom<JsonObject>(() => true).meta({ type: 'object' });
