import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { presentStandingGrant, standingGrantSchema } from './standing-grant-schema.js';

export function listStandingGrantsRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/standing-grants',
    {
      schema: {
        operationId: 'listStandingGrants',
        summary: 'List standing grants, newest first',
        querystring: pageQuery,
        response: { 200: pageSchema(standingGrantSchema) },
      },
    },
    async (request) => {
      const page = await customer.listStandingGrants.execute(principalOf(request), pageOf(request.query));
      return presentPage(page, presentStandingGrant);
    },
  );
}
