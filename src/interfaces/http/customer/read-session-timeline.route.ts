import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, sessionIdForPerson } from '../ids-in-paths.js';
import { activityEntrySchema, activityQuery, presentActivityEntry } from './activity-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageSchema, presentPage } from './page-query.js';

export function readSessionTimelineRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/sessions/:id/timeline',
    {
      schema: {
        operationId: 'readSessionTimeline',
        summary: 'Read what happened in a support session, the earliest entry first',
        description: 'The entries of the activity log about the session and its commands.',
        params: idParams,
        querystring: activityQuery,
        response: { 200: pageSchema(activityEntrySchema) },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const sessionId = sessionIdForPerson(request.params.id);
      const { after } = request.query;
      const page = pageOf(request.query);
      const entries = await customer.readSessionTimeline.execute(
        principalOf(request),
        { sessionId, after },
        page,
      );
      return presentPage(entries, presentActivityEntry);
    },
  );
}
