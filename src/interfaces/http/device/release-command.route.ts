import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { claimProblems, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';
import { releaseAnswer, releaseBody, releaseOf } from './release-schema.js';

export function releaseCommandRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/release',
    {
      schema: {
        operationId: 'releaseCommand',
        summary: 'Give a command back',
        description: 'It is offered again, unless this was its last attempt.',
        params: commandParams,
        body: releaseBody,
        response: { 200: releaseAnswer },
      },
      config: { problems: [...claimProblems, 'outcome_unknown'] },
    },
    async (request) =>
      await device.releaseCommand.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        ...releaseOf(request.body),
      }),
  );
}
