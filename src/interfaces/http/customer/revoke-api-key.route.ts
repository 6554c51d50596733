import { z } from 'zod';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { apiKeyIdForPerson, idParams } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';

export function revokeApiKeyRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.delete(
    '/api-keys/:id',
    {
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key',
        description: 'It opens nothing from the next request on. Again, it changes nothing.',
        params: idParams,
        body: emptyBody,
        response: { 204: z.undefined().describe('The key is dead.') },
      },
      config: { problems: ['not_found', 'human_required'] },
    },
    async (request, reply) => {
      const keyId = apiKeyIdForPerson(request.params.id);
      await customer.revokeApiKey.execute({ caller: callerOf(request), keyId });
      return reply.code(204).send();
    },
  );
}
