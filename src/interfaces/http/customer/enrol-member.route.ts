import { z } from 'zod';
import { roles } from '../../../domain/customer/role.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { line } from '../text-fields.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { memberSchema, presentMember } from './present-member.js';

const body = z.strictObject({
  userId: z.guid().toLowerCase().optional().describe("The identity provider's id of the person."),
  email: z
    .email()
    .max(320)
    .optional()
    .describe(
      'Instead of `userId`: who has it is looked up and, where nobody has, invited if that is possible.',
    ),
  name: line(200),
  role: z.enum(roles),
});

export function enrolMemberRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/members',
    {
      schema: {
        operationId: 'enrolMember',
        summary: 'Make a person a member',
        description: 'Names the person by either `userId` or `email`.',
        body,
        response: { 201: memberSchema },
      },
      config: {
        problems: [
          'human_required',
          'member_exists',
          'person_unknown',
          'person_not_searchable',
          ...idempotencyProblems,
        ],
      },
    },
    async (request, reply) => {
      const { name, role } = request.body;
      const person = personIn(request.body);
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: { ...person, name, role },
        create: async () =>
          presentMember(await options.customer.enrolMember.execute({ caller, person, name, role })),
      });
    },
  );
}

function personIn({ userId, email }: z.output<typeof body>) {
  if (userId !== undefined && email === undefined) return { userId };
  if (email !== undefined && userId === undefined) return { email };
  throw generalFaults.invalid_request('Name the person by either userId or email.', {
    errors: [{ path: '', message: 'needs either userId or email' }],
  });
}
