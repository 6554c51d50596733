import { z } from 'zod';
import { roles } from '../../../domain/customer/role.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { userIdForPerson, userParams } from '../ids-in-paths.js';
import { line } from '../text-fields.js';
import { callerOf } from './member-session.js';
import { memberSchema, presentMember } from './present-member.js';

const body = z.strictObject({ role: z.enum(roles).optional(), name: line(200).optional() });

export function changeMemberRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.patch(
    '/members/:userId',
    {
      schema: {
        operationId: 'changeMember',
        summary: 'Give a member another role or name',
        description: 'What is absent stays as it is. It counts from their next request on.',
        params: userParams,
        body,
        response: { 200: memberSchema },
      },
      config: { problems: ['not_found', 'human_required', 'last_admin'] },
    },
    async (request) => {
      const { role, name } = request.body;
      const member = await customer.changeMember.execute({
        caller: callerOf(request),
        userId: userIdForPerson(request.params.userId),
        update: { ...(role !== undefined && { role }), ...(name !== undefined && { name }) },
      });
      return presentMember(member);
    },
  );
}
