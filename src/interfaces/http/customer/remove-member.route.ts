import { z } from 'zod';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { userIdForPerson, userParams } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';

export function removeMemberRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.delete(
    '/members/:userId',
    {
      schema: {
        operationId: 'removeMember',
        summary: 'Remove a member',
        description: 'They are out with their next request. The last admin cannot be removed.',
        params: userParams,
        body: emptyBody,
        response: { 204: z.undefined().describe('They are no member any more.') },
      },
      config: { problems: ['not_found', 'human_required', 'last_admin'] },
    },
    async (request, reply) => {
      const userId = userIdForPerson(request.params.userId);
      await customer.removeMember.execute({ caller: callerOf(request), userId });
      return reply.code(204).send();
    },
  );
}
