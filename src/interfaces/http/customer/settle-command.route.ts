import { z } from 'zod';
import { settlements } from '../../../domain/command/settle-rules.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson, idParams } from '../ids-in-paths.js';
import { text } from '../text-fields.js';
import { commandSchema } from './command-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

const body = z.strictObject({
  status: z.enum(settlements).describe('How it ended, as somebody found out.'),
  reason: text(1_000).min(1).describe('How they found out.'),
});

export function settleCommandRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/commands/:id/settle',
    {
      schema: {
        operationId: 'settleCommand',
        summary: 'Say how a command ended of which nobody knows',
        description:
          'Only for an `unknown_outcome`. A report of the device that comes later is kept as evidence.',
        params: idParams,
        body,
        response: { 200: commandSchema },
      },
      config: { problems: ['not_found', 'not_settleable', 'human_required'] },
    },
    async (request) => {
      const { status: settlement, reason } = request.body;
      const commandId = commandIdForPerson(request.params.id);
      const input = { caller: callerOf(request), commandId, settlement, reason };
      return presentCommand(await customer.settleCommand.execute(input));
    },
  );
}
