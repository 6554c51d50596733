import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { claimProblems, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';
import { reportOf, resultAnswer, resultBody } from './result-schema.js';

export function reportResultRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/result',
    {
      schema: {
        operationId: 'reportResult',
        summary: 'Say how a command ended',
        description: 'Repeating the same result brings the same answer.',
        params: commandParams,
        body: resultBody,
        response: { 200: resultAnswer },
      },
      config: { problems: [...claimProblems, 'result_conflict'] },
    },
    async (request) =>
      await device.reportResult.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        claimToken: request.body.claimToken,
        report: reportOf(request.body),
      }),
  );
}
