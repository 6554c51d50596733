import { z } from 'zod';
import { commandStates } from '../../../domain/command/command-state.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson, idParams } from '../ids-in-paths.js';
import { anyJsonObject } from '../json-fields.js';
import { optionalInstant } from '../time-fields.js';
import { principalOf } from './member-session.js';

const answer = z.strictObject({
  state: z.enum(commandStates),
  reasons: z.array(
    z.strictObject({
      reason: z.string().describe('A stable word, such as `device_offline` or `behind_command`.'),
      since: optionalInstant,
      detail: anyJsonObject,
    }),
  ),
});

export function explainCommandRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/commands/:id/explain',
    {
      schema: {
        operationId: 'explainCommand',
        summary: 'Get why a command is not running yet',
        params: idParams,
        response: { 200: answer },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.id);
      const { state, reasons } = await customer.explainCommand.execute(principalOf(request), commandId);
      return { state, reasons: [...reasons] };
    },
  );
}
