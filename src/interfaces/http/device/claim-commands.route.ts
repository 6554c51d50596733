import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { claimedSchema, leaseMs, presentClaimed } from './claimed-command.js';
import { abandoned } from './client-gone.js';
import { deviceSessionOf } from './device-session.js';

const maxWaitMs = 25_000;

const body = z
  .strictObject({
    limit: z.int().min(1).max(10).default(1),
    visibilityTimeoutMs: leaseMs
      .nullish()
      .describe("Without it, each command's own: 60000 unless it says otherwise."),
    waitMs: z.int().min(0).max(maxWaitMs).default(0).describe('How long to wait for the first command.'),
    attemptId: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,128}$/)
      .nullish()
      .describe('Repeating it within five minutes brings the same commands and claim tokens.'),
  })
  .nullish();

const answer = z.strictObject({ commands: z.array(claimedSchema) });

export function claimCommandsRoute(app: HttpApp, { device, shutdown }: HttpServerOptions): void {
  app.post(
    '/commands/claim',
    {
      schema: {
        operationId: 'claimCommands',
        summary: 'Get the next commands',
        description: 'With `waitMs` the answer is held back until there is a command, or the time is over.',
        body,
        response: { 200: answer },
      },
    },
    async (request, reply) => {
      const { limit = 1, visibilityTimeoutMs, waitMs = 0, attemptId } = request.body ?? {};
      const { caller, queue } = deviceSessionOf(request);
      const claimed = await device.claimCommands.execute(
        {
          caller,
          queue,
          limit,
          visibilityTimeoutMs: visibilityTimeoutMs ?? null,
          waitMs,
          attemptId: attemptId ?? null,
        },
        waitMs === 0 ? shutdown : abandoned(reply, shutdown),
      );
      return { commands: claimed.map(presentClaimed) };
    },
  );
}
