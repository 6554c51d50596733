import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { durationMs } from '../time-fields.js';
import { claimProblems, claimToken, commandParams } from './claim-token.js';
import { leaseMs } from './claimed-command.js';
import { deviceCallerOf } from './device-session.js';

const body = z.strictObject({ claimToken, extensionMs: leaseMs });

const answer = z.strictObject({ visibleForMs: durationMs, cancelRequested: z.boolean() });

export function extendClaimRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/extend',
    {
      schema: {
        operationId: 'extendClaim',
        summary: 'Keep a claim for longer',
        description: 'The extension counts from now. One claim lasts 12 hours in all.',
        params: commandParams,
        body,
        response: { 200: answer },
      },
      config: { problems: [...claimProblems, 'extension_too_long', 'outcome_unknown'] },
    },
    async (request) =>
      await device.extendClaim.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        ...request.body,
      }),
  );
}
