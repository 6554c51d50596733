import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { decisionBody, decisionProblems } from './decision-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

const params = z.strictObject({ commandId: z.string() });

export function decideCommandRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/approvals/:commandId/decision',
    {
      schema: {
        operationId: 'decideCommand',
        summary: 'Approve or deny a command that waits',
        description:
          'The same vote again changes nothing. A person may change their mind until it is decided.',
        params,
        body: decisionBody,
        response: { 200: commandSchema },
      },
      config: { problems: [...decisionProblems] },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.commandId);
      const input = { caller: callerOf(request), commandId, ...request.body };
      return presentCommand(await customer.decideCommand.execute(input));
    },
  );
}
