import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { presentStandingGrant, standingGrantBody, standingGrantSchema } from './standing-grant-schema.js';

export function requestStandingGrantRoute(app: HttpApp, options: HttpServerOptions): void {
  const { requestStandingGrant, getStandingGrant } = options.customer;
  app.post(
    '/standing-grants',
    {
      schema: {
        operationId: 'requestStandingGrant',
        summary: 'Ask that commands of a type may run beforehand',
        description: 'It waits for people as such a command would, and for at least one of them.',
        body: standingGrantBody,
        response: { 201: standingGrantSchema },
      },
      config: { problems: ['unknown_command_type', 'invalid_parameters', ...idempotencyProblems] },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: { ...request.body },
        create: async (id) => {
          const grant = await requestStandingGrant.execute({ ...request.body, caller, id });
          return presentStandingGrant(await getStandingGrant.execute(caller.principal, grant.id));
        },
      });
    },
  );
}
