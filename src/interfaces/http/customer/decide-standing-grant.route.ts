import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, standingGrantIdForPerson } from '../ids-in-paths.js';
import { text } from '../text-fields.js';
import { callerOf } from './member-session.js';
import { presentStandingGrant, standingGrantSchema } from './standing-grant-schema.js';

const body = z.strictObject({
  approved: z.boolean(),
  digest: z.string().min(1).max(128).describe('The digest of what the person was shown.'),
  reason: text(1_000).nullable().default(null),
});

export function decideStandingGrantRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/standing-grants/:id/decision',
    {
      schema: {
        operationId: 'decideStandingGrant',
        summary: 'Approve or deny a standing grant that waits',
        params: idParams,
        body,
        response: { 200: standingGrantSchema },
      },
      config: {
        problems: [
          'not_found',
          'already_decided',
          'approval_expired',
          'digest_mismatch',
          'self_approval',
          'human_required',
          'mfa_required',
          'reason_required',
        ],
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const id = standingGrantIdForPerson(request.params.id);
      await customer.decideStandingGrant.execute({ ...request.body, caller, id });
      return presentStandingGrant(await customer.getStandingGrant.execute(caller.principal, id));
    },
  );
}
