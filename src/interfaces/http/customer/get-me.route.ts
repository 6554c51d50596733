import { z } from 'zod';
import { roles } from '../../../domain/customer/role.js';
import type { HttpApp } from '../http-app.js';
import { memberSessionOf } from './member-session.js';

const answer = z.strictObject({
  user: z.strictObject({ id: z.uuid(), email: z.string().nullable(), name: z.string() }),
  customerId: z.uuid().describe('The customer of this call.'),
  role: z.enum(roles),
  authenticationLevel: z.enum(['aal1', 'aal2']).describe('`aal2`: a second factor was used.'),
  customers: z.array(z.strictObject({ id: z.uuid(), name: z.string(), role: z.enum(roles) })),
});

export function getMeRoute(app: HttpApp): void {
  app.get(
    '/me',
    { schema: { operationId: 'getMe', summary: 'Who am I', response: { 200: answer } } },
    (request) => {
      const { person, memberships, principal } = memberSessionOf(request);
      return {
        user: { id: person.userId, email: person.email, name: principal.name },
        customerId: principal.customerId,
        role: principal.role,
        authenticationLevel: principal.aal,
        customers: memberships.map(({ customerId, customerName, role }) => ({
          id: customerId,
          name: customerName,
          role,
        })),
      };
    },
  );
}
