import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, sessionIdForPerson } from '../ids-in-paths.js';
import { principalOf } from './member-session.js';
import { presentCommand } from './present-command.js';
import { presentSession, sessionWithCommandsSchema } from './session-schema.js';

export function getSessionRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/sessions/:id',
    {
      schema: {
        operationId: 'getSession',
        summary: 'Get a support session with its commands',
        params: idParams,
        response: { 200: sessionWithCommandsSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const sessionId = sessionIdForPerson(request.params.id);
      const { session, commands } = await customer.getSession.execute(principalOf(request), sessionId);
      return { ...presentSession(session), commands: commands.map(presentCommand) };
    },
  );
}
