import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { memberSchema, presentMember } from './present-member.js';

export function listMembersRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/members',
    {
      schema: {
        operationId: 'listMembers',
        summary: 'List members by name',
        querystring: pageQuery,
        response: { 200: pageSchema(memberSchema) },
      },
    },
    async (request) => {
      const page = await customer.listMembers.execute(principalOf(request), pageOf(request.query));
      return presentPage(page, presentMember);
    },
  );
}
