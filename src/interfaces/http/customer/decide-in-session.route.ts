import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson, idParams, sessionIdForPerson } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { decisionBody, decisionProblems } from './decision-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

const body = decisionBody.extend({ commandId: z.string().max(64) });

export function decideInSessionRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/sessions/:id/approve',
    {
      schema: {
        operationId: 'decideInSession',
        summary: 'Approve or deny a command of a support session',
        description:
          'The same vote again changes nothing. A person may change their mind until it is decided.',
        params: idParams,
        body,
        response: { 200: commandSchema },
      },
      config: { problems: [...decisionProblems] },
    },
    async (request) => {
      const sessionId = sessionIdForPerson(request.params.id);
      const { commandId: named, ...vote } = request.body;
      const commandId = commandIdForPerson(named);
      const input = { caller: callerOf(request), commandId, sessionId, ...vote };
      return presentCommand(await customer.decideCommand.execute(input));
    },
  );
}
