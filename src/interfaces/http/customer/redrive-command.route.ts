import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { commandIdForPerson, idParams } from '../ids-in-paths.js';
import { commandSchema } from './command-schema.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

export function redriveCommandRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/commands/:id/redrive',
    {
      schema: {
        operationId: 'redriveCommand',
        summary: 'Propose anew what a command asked for',
        description:
          'The old command stays as it is; the new one is linked to it and needs its own approval.',
        params: idParams,
        body: emptyBody,
        response: { 201: commandSchema },
      },
      config: {
        problems: ['not_found', 'not_redrivable', 'device_not_active', 'queue_full', ...idempotencyProblems],
      },
    },
    async (request, reply) => {
      const commandId = commandIdForPerson(request.params.id);
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: {},
        create: async (newCommandId) =>
          presentCommand(await options.customer.redriveCommand.execute({ caller, commandId, newCommandId })),
      });
    },
  );
}
