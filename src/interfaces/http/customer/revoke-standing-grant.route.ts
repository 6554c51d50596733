import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, standingGrantIdForPerson } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';
import { presentStandingGrant, standingGrantSchema } from './standing-grant-schema.js';

export function revokeStandingGrantRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/standing-grants/:id/revoke',
    {
      schema: {
        operationId: 'revokeStandingGrant',
        summary: 'Take a standing grant back',
        description: 'Nothing runs by it from the answer on. Asking again changes nothing.',
        params: idParams,
        body: emptyBody,
        response: { 200: standingGrantSchema },
      },
      config: { problems: ['not_found', 'standing_grant_ended'] },
    },
    async (request) => {
      const caller = callerOf(request);
      const id = standingGrantIdForPerson(request.params.id);
      await customer.revokeStandingGrant.execute({ caller, id });
      return presentStandingGrant(await customer.getStandingGrant.execute(caller.principal, id));
    },
  );
}
