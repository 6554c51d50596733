import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForDevice } from '../ids-in-paths.js';
import { boundedText } from '../text-fields.js';
import { claimProblems, claimToken, commandParams } from './claim-token.js';
import { deviceCallerOf } from './device-session.js';
import { maxOutputBytes } from './result-schema.js';

const maxMessageBytes = 4_096;

const body = z.strictObject({
  claimToken,
  percent: z.number().min(0).max(100).nullish(),
  message: boundedText(maxMessageBytes).nullish(),
  output: boundedText(maxOutputBytes).nullish(),
});

export function reportProgressRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/commands/:id/progress',
    {
      schema: {
        operationId: 'reportProgress',
        summary: 'Say how far a command is',
        description: 'Only the last report is kept. It does not extend the claim.',
        params: commandParams,
        body,
        response: { 200: z.strictObject({ cancelRequested: z.boolean() }) },
      },
      config: { problems: [...claimProblems, 'outcome_unknown'] },
    },
    async (request) => {
      const { claimToken, percent, message, output } = request.body;
      return await device.reportProgress.execute({
        caller: deviceCallerOf(request),
        commandId: commandIdForDevice(request.params.id),
        claimToken,
        percent: percent ?? null,
        message: message ?? null,
        output: output ?? null,
      });
    },
  );
}
