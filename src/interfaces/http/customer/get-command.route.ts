import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson, idParams } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { principalOf } from './member-session.js';
import { presentCommand } from './present-command.js';

export function getCommandRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/commands/:id',
    {
      schema: {
        operationId: 'getCommand',
        summary: 'Get one command',
        params: idParams,
        response: { 200: commandSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.id);
      return presentCommand(await customer.getCommand.execute(principalOf(request), commandId));
    },
  );
}
