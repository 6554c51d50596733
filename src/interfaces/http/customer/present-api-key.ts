import { z } from 'zod';
import type { ApiKey } from '../../../domain/customer/api-key.js';
import { apiKeyRoles } from '../../../domain/customer/api-key.js';
import { instant, optionalInstant } from '../time-fields.js';

export const apiKeySchema = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(apiKeyRoles),
    createdAt: instant,
    expiresAt: optionalInstant.describe('Null: it is good until it is revoked.'),
    lastUsedAt: optionalInstant.describe('To the minute; null when it was never used.'),
  })
  .meta({ id: 'ApiKey', description: 'A service account, and the key by which it is known.' });

export const presentApiKey = (key: ApiKey): z.output<typeof apiKeySchema> => ({
  id: key.id,
  name: key.name,
  role: key.role,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});
