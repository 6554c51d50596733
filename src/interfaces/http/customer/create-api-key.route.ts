import { z } from 'zod';
import { apiKeyPattern, apiKeyRoles } from '../../../domain/customer/api-key.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { line } from '../text-fields.js';
import { givenInstant } from '../time-fields.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { apiKeySchema, presentApiKey } from './present-api-key.js';

const body = z.strictObject({
  name: line(200),
  role: z.enum(apiKeyRoles),
  expiresAt: givenInstant.nullable().default(null).describe('In the future. Null: good until it is revoked.'),
});

const answer = apiKeySchema
  .extend({ key: z.string().regex(apiKeyPattern).describe('The secret. It is shown this once.') })
  .meta({ id: 'CreatedApiKey', description: 'A new service account with its key.' });

export function createApiKeyRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/api-keys',
    {
      schema: {
        operationId: 'createApiKey',
        summary: 'Make a service account and its key',
        body,
        response: { 201: answer },
      },
      config: { problems: ['human_required', ...idempotencyProblems] },
    },
    async (request, reply) => {
      const { name, role, expiresAt } = request.body;
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: { name, role, expiresAt },
        create: async (keyId) => {
          const input = {
            caller,
            keyId,
            name,
            role,
            expiresAt: expiresAt === null ? null : new Date(expiresAt),
          };
          const { apiKey, secret } = await options.customer.createApiKey.execute(input);
          return { ...presentApiKey(apiKey), key: secret };
        },
      });
    },
  );
}
