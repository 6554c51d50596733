import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { principalOf } from './member-session.js';

const answer = z.strictObject({
  ok: z.boolean(),
  entries: z.int().describe('How many entries the log holds.'),
  brokenAt: z
    .int()
    .nullable()
    .describe(
      'The first `seq` whose place does not hold what was written there: the entry was changed, or removed, or another one was put in.',
    ),
});

export function verifyActivityRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/activity/verify',
    {
      schema: {
        operationId: 'verifyActivity',
        summary: 'Recompute the hash chain of the activity log',
        description:
          'From the first entry, or from where a beginning was forgotten on purpose, to the head of the log, which is kept apart: a missing end is seen too. A log that is being verified already is not verified twice at once.',
        response: { 200: answer },
      },
      config: { problems: ['verification_unfinished'] },
    },
    (request) => customer.verifyActivity.execute(principalOf(request)),
  );
}
