import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';
import { proposalBody, proposalProblems, proposalRequest } from './proposal-schema.js';

export function proposeCommandRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/devices/:id/commands',
    {
      schema: {
        operationId: 'proposeCommand',
        summary: 'Propose a command for a device',
        description: 'What its risk asks for decides whether it runs at once or waits for people.',
        params: idParams,
        body: proposalBody,
        response: { 201: commandSchema },
      },
      config: { problems: [...proposalProblems] },
    },
    async (request, reply) => {
      const deviceId = deviceIdForPerson(request.params.id);
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: request.body,
        create: async (commandId) => {
          const proposal = proposalRequest(request.body, options.clock.now());
          const input = { ...proposal, caller, commandId, deviceId };
          return presentCommand(await options.customer.proposeCommand.execute(input));
        },
      });
    },
  );
}
