import { z } from 'zod';
import { reviewVerdicts } from '../../../domain/approval/break-glass.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandIdForPerson } from '../ids-in-paths.js';
import { line } from '../text-fields.js';
import { breakGlassSchema, presentBreakGlass } from './break-glass-schema.js';
import { callerOf } from './member-session.js';

const params = z.strictObject({ commandId: z.string() });
const body = z.strictObject({ verdict: z.enum(reviewVerdicts), note: line(1_000) });

export function reviewBreakGlassRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/break-glass/:commandId/review',
    {
      schema: {
        operationId: 'reviewBreakGlass',
        summary: 'Say whether it was right to run a command without approval',
        description: 'For another admin than the one who did. It is closed once.',
        params,
        body,
        response: { 200: breakGlassSchema },
      },
      config: { problems: ['not_found', 'human_required', 'self_review', 'review_closed'] },
    },
    async (request) => {
      const commandId = commandIdForPerson(request.params.commandId);
      const input = { ...request.body, caller: callerOf(request), commandId };
      return presentBreakGlass(await customer.reviewBreakGlass.execute(input));
    },
  );
}
