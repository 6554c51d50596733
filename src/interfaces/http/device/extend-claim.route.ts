import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { claimProblems, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';
import { extendAnswer, extendBody } from './extend-schema.js';

export function extendClaimRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/extend',
    {
      schema: {
        operationId: 'extendClaim',
        summary: 'Keep a claim for longer',
        description: 'The extension counts from now. One claim lasts 12 hours in all.',
        params: commandParams,
        body: extendBody,
        response: { 200: extendAnswer },
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
