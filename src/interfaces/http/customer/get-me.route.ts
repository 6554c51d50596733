import { z } from 'zod';
import type { AuthenticatedPerson } from '../../../application/customer/authenticate-member.js';
import type { AuthenticatedServiceAccount } from '../../../application/customer/authenticate-service-account.js';
import { roles } from '../../../domain/customer/role.js';
import type { HttpApp } from '../http-app.js';
import { customerSessionOf } from './member-session.js';

const answer = z.strictObject({
  user: z.strictObject({ id: z.uuid(), email: z.string().nullable(), name: z.string().nullable() }),
  customerId: z
    .uuid()
    .nullable()
    .describe('The customer of this call; null while several are possible and none is named, or none is.'),
  role: z.enum(roles).nullable(),
  authenticationLevel: z
    .enum(['aal1', 'aal2'])
    .nullable()
    .describe('`aal2`: a second factor was used. Null for a service account.'),
  customers: z.array(z.strictObject({ id: z.uuid(), name: z.string(), role: z.enum(roles) })),
});

export function getMeRoute(app: HttpApp): void {
  app.get(
    '/me',
    { schema: { operationId: 'getMe', summary: 'Who am I', response: { 200: answer } } },
    (request) => {
      const session = customerSessionOf(request);
      return session.kind === 'person' ? presentPerson(session) : presentServiceAccount(session);
    },
  );
}

const presentPerson = ({ person, memberships, principal }: AuthenticatedPerson) => ({
  user: {
    id: person.userId,
    email: person.email,
    name: principal?.name ?? memberships[0]?.name ?? null,
  },
  customerId: principal?.customerId ?? null,
  role: principal?.role ?? null,
  authenticationLevel: person.aal,
  customers: memberships.map(({ customerId, customerName, role }) => ({
    id: customerId,
    name: customerName,
    role,
  })),
});

const presentServiceAccount = ({ principal, customerName }: AuthenticatedServiceAccount) => ({
  user: { id: principal.id, email: null, name: principal.name },
  customerId: principal.customerId,
  role: principal.role,
  authenticationLevel: null,
  customers: [{ id: principal.customerId, name: customerName, role: principal.role }],
});
