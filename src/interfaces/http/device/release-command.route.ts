import { z } from 'zod';
import { commandStates } from '../../../domain/command/command-state.js';
import { expiresInRange } from '../../../domain/command/command-type.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { text } from '../text-fields.js';
import { claimProblems, claimToken, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';

const body = z.strictObject({
  claimToken,
  delayMs: z.int().min(0).max(expiresInRange.maxMs).default(0).describe('Not offered again before so long.'),
  reason: text(1_000).nullish(),
});

export function releaseCommandRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/release',
    {
      schema: {
        operationId: 'releaseCommand',
        summary: 'Give a command back',
        description: 'It is offered again, unless this was its last attempt.',
        params: commandParams,
        body,
        response: { 200: z.strictObject({ state: z.enum(commandStates) }) },
      },
      config: { problems: [...claimProblems, 'outcome_unknown'] },
    },
    async (request) => {
      const { claimToken, delayMs, reason } = request.body;
      return await device.releaseCommand.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        claimToken,
        delayMs,
        reason: reason ?? null,
      });
    },
  );
}
