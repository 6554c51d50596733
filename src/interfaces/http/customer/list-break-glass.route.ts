import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { breakGlassSchema, presentBreakGlass } from './break-glass-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';

const query = pageQuery.extend({ state: z.enum(['open', 'closed']).default('open') });

export function listBreakGlassRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/break-glass',
    {
      schema: {
        operationId: 'listBreakGlass',
        summary: 'List what ran without approval, by whether it was reviewed',
        querystring: query,
        response: { 200: pageSchema(breakGlassSchema) },
      },
    },
    async (request) => {
      const isOpen = request.query.state === 'open';
      const page = await customer.listBreakGlass.execute(principalOf(request), isOpen, pageOf(request.query));
      return presentPage(page, presentBreakGlass);
    },
  );
}
