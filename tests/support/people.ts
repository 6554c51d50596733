import { randomUUID } from 'node:crypto';
import { use } from '../../src/composition/provide.js';
import { LOCAL_ACCOUNTS, UNIT_OF_WORK } from '../../src/composition/tokens.js';
import type { Role } from '../../src/domain/customer/role.js';
import { hashPassword } from '../../src/infrastructure/local-identity/password-hash.js';
import type { ApiClient } from './api-client.js';
import { signIn } from './api-client.js';
import type { OpenedGateway } from './http/open-gateway.js';

/** Somebody with an account of the local identity, who has signed in. */
export interface TestPerson {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly api: ApiClient;
}

const password = 'a-long-enough-password';

/** People whom no customer knows, by these names. */
export async function newPeople<Name extends string>(
  opened: OpenedGateway,
  names: readonly Name[],
): Promise<Readonly<Record<Name, TestPerson>>> {
  // Hashing is slow on purpose, and once is enough.
  const passwordHash = await hashPassword(password);
  const people: [Name, TestPerson][] = [];
  for (const name of names) {
    const [id, email] = [randomUUID(), `${name}@test.example`];
    const account = { id, email, name, passwordHash, createdAt: new Date(), lastSignInAt: null };
    await use(opened.container, LOCAL_ACCOUNTS).add(account);
    people.push([name, { id, email, password, api: await signIn(opened.url, { email, password }) }]);
  }
  return Object.fromEntries(people) as Record<Name, TestPerson>;
}

/** A customer with these members; answers its id. */
export async function newCompany(
  opened: OpenedGateway,
  members: Readonly<Partial<Record<Role, readonly TestPerson[]>>>,
): Promise<string> {
  const id = randomUUID();
  await use(opened.container, UNIT_OF_WORK).run(async (transaction) => {
    await transaction.members.addCustomer({ id, name: 'Company', createdAt: transaction.now });
    for (const [role, people] of Object.entries(members) as [Role, readonly TestPerson[]][]) {
      for (const { id: userId } of people) {
        await transaction.members.putMember({ customerId: id, userId, name: `The ${role}`, role });
      }
    }
  });
  return id;
}

/** This person, working for this customer. */
export const at = ({ api }: TestPerson, customerId: string): ApiClient =>
  api.with({ 'x-customer-id': customerId });
