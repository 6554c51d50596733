import { z } from 'zod';
import { minBreakGlassReason } from '../../../domain/approval/break-glass.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { boundedJsonObject } from '../json-fields.js';
import { line } from '../text-fields.js';
import { commandSchema } from './command-schema.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { presentCommand } from './present-command.js';

const body = z.strictObject({
  type: z.string().min(1).max(64),
  parameters: boundedJsonObject(32_768),
  reason: line(1_000).min(minBreakGlassReason).describe('Why nobody could be asked.'),
});

export function breakGlassRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/devices/:id/break-glass',
    {
      schema: {
        operationId: 'breakGlass',
        summary: 'Run one command at once, without approval',
        description:
          'For an admin with a second factor that was used within five minutes. Another admin has to review it.',
        params: idParams,
        body,
        response: { 201: commandSchema },
      },
      config: {
        problems: [
          'not_found',
          'unknown_command_type',
          'invalid_parameters',
          'device_not_active',
          'queue_full',
          'human_required',
          'mfa_required',
          ...idempotencyProblems,
        ],
      },
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
          const command = await options.customer.breakGlass.execute({
            ...request.body,
            caller,
            commandId,
            deviceId,
          });
          const { customerId, id: by } = caller.principal;
          const facts = { customerId, commandId, deviceId, by, type: command.type };
          request.log.warn(facts, 'somebody broke the glass: a command runs without approval');
          return presentCommand(command);
        },
      });
    },
  );
}
