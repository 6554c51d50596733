import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { apiKeySchema, presentApiKey } from './present-api-key.js';

export function listApiKeysRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/api-keys',
    {
      schema: {
        operationId: 'listApiKeys',
        summary: 'List API keys, newest first',
        description: 'Those that were not revoked. No secret is ever shown again.',
        querystring: pageQuery,
        response: { 200: pageSchema(apiKeySchema) },
      },
    },
    async (request) => {
      const page = await customer.listApiKeys.execute(principalOf(request), pageOf(request.query));
      return presentPage(page, presentApiKey);
    },
  );
}
