import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { idParams, standingGrantIdForPerson } from '../ids-in-paths.js';
import { principalOf } from './member-session.js';
import { presentStandingGrant, standingGrantSchema } from './standing-grant-schema.js';

export function getStandingGrantRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/standing-grants/:id',
    {
      schema: {
        operationId: 'getStandingGrant',
        summary: 'Get one standing grant',
        params: idParams,
        response: { 200: standingGrantSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const id = standingGrantIdForPerson(request.params.id);
      return presentStandingGrant(await customer.getStandingGrant.execute(principalOf(request), id));
    },
  );
}
