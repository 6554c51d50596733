import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, sessionIdForPerson } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';
import { presentSession, sessionSchema } from './session-schema.js';

export function closeSessionRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/sessions/:id/close',
    {
      schema: {
        operationId: 'closeSession',
        summary: 'Close a support session',
        description:
          'What of it has not begun is called off; what runs goes on to its end. Asking again changes nothing.',
        params: idParams,
        body: emptyBody,
        response: { 200: sessionSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const sessionId = sessionIdForPerson(request.params.id);
      return presentSession(await customer.closeSession.execute({ caller: callerOf(request), sessionId }));
    },
  );
}
