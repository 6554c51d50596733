import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { idParams, sessionIdForPerson } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';
import { proposalBody, proposalProblems, proposalRequest } from './proposal-schema.js';

export function proposeInSessionRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/sessions/:id/commands',
    {
      schema: {
        operationId: 'proposeInSession',
        summary: 'Propose a command in a support session',
        description: 'It has to begin before the session is over, and is called off with it otherwise.',
        params: idParams,
        body: proposalBody,
        response: { 201: commandSchema },
      },
      config: { problems: [...proposalProblems, 'session_not_active'] },
    },
    async (request, reply) => {
      const sessionId = sessionIdForPerson(request.params.id);
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: request.body,
        create: async (commandId) => {
          const proposal = proposalRequest(request.body, options.clock.now());
          const input = { ...proposal, caller, commandId, sessionId };
          return presentCommand(await options.customer.proposeInSession.execute(input));
        },
      });
    },
  );
}
