import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson } from '../ids-in-paths.js';
import { text } from '../text-fields.js';
import { commandSchema } from './command-schema.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

const params = z.strictObject({ commandId: z.string() });

const body = z.strictObject({
  approved: z.boolean(),
  // Whatever else it is, it is another digest.
  digest: z.string().min(1).max(128).describe('The digest of what the person was shown.'),
  reason: text(1_000).nullable().default(null),
});

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
        body,
        response: { 200: commandSchema },
      },
      config: {
        problems: [
          'not_found',
          'already_decided',
          'approval_expired',
          'digest_mismatch',
          'self_approval',
          'human_required',
          'mfa_required',
          'reason_required',
          'command_finished',
        ],
      },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.commandId);
      const input = { caller: callerOf(request), commandId, ...request.body };
      return presentCommand(await customer.decideCommand.execute(input));
    },
  );
}
