import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson, idParams } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

export function cancelCommandRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/commands/:id/cancel',
    {
      schema: {
        operationId: 'cancelCommand',
        summary: 'Call a command off',
        description: 'One that is running is asked to stop; its device says how it ended.',
        params: idParams,
        body: emptyBody,
        response: { 200: commandSchema },
      },
      config: { problems: ['not_found', 'command_finished', 'outcome_unknown'] },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.id);
      return presentCommand(await customer.cancelCommand.execute({ caller: callerOf(request), commandId }));
    },
  );
}
