import { z } from 'zod';
import { anyJsonObject } from './json-fields.js';

/** A JSON Web Key Set (RFC 7517) of public keys. */
export const keySetSchema = z
  .strictObject({ keys: z.array(anyJsonObject) })
  .meta({ id: 'KeySet', description: 'A JSON Web Key Set (RFC 7517) of public keys.' });
