import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { claimProblems, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';
import { progressAnswer, progressBody, progressOf } from './progress-schema.js';

export function reportProgressRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/progress',
    {
      schema: {
        operationId: 'reportProgress',
        summary: 'Say how far a command is',
        description: 'Only the last report is kept. It does not extend the claim.',
        params: commandParams,
        body: progressBody,
        response: { 200: progressAnswer },
      },
      config: { problems: [...claimProblems, 'outcome_unknown'] },
    },
    async (request) =>
      await device.reportProgress.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        ...progressOf(request.body),
      }),
  );
}
