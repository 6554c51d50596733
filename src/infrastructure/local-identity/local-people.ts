import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.js';
import type { Ids } from '../../application/ports/ids.js';
import type { Enrolment, LocalAccount, LocalAccounts } from '../../application/ports/local-accounts.js';
import type { Secrets } from '../../application/ports/secrets.js';
import { byTheGateway } from '../../domain/activity/activity-entry.js';
import type { Customer } from '../../domain/customer/customer.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { normaliseEmail } from './email-address.js';
import { hashPassword } from './password-hash.js';
import { passwordShape } from './password-shape.js';

export interface NewLocalPerson {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

export interface FirstAdminWish {
  readonly email?: string | undefined;
  /** Made up when absent. */
  readonly password?: string | undefined;
  /**
   * Told before anything is committed, so that no crash leaves an admin whose password nobody saw. `password` is
   * null when it was configured.
   */
  readonly announce: (admin: { readonly email: string; readonly password: string | null }) => void;
}

const personShape = z.object({
  email: z.email().max(320),
  password: passwordShape,
  name: z.string().trim().min(1).max(200),
});

const firstCustomerName = 'First customer';
const firstAdminEmail = 'admin@fieldgate.local';
const firstAdminName = 'Administrator';

/** Makes the accounts of the local identity. */
export class LocalPeople {
  readonly #accounts: LocalAccounts;
  readonly #secrets: Secrets;
  readonly #ids: Ids;
  readonly #clock: Clock;

  constructor(accounts: LocalAccounts, secrets: Secrets, ids: Ids, clock: Clock) {
    this.#accounts = accounts;
    this.#secrets = secrets;
    this.#ids = ids;
    this.#clock = clock;
  }

  /** Rejects with `invalid_request` when the address is taken or something is not well formed. */
  async createUser(person: NewLocalPerson): Promise<{ readonly userId: string }> {
    const account = await this.#accountOf(person);
    if (!(await this.#accounts.add(account))) {
      throw generalFaults.invalid_request('Somebody has this e-mail address already.');
    }
    return { userId: account.id };
  }

  /**
   * On the first start: one customer and one admin of it. Later starts change nothing, whatever they wish for,
   * and of several first starts at once only one succeeds. True when this call made the admin.
   */
  async ensureFirstAdmin({ email = firstAdminEmail, password, announce }: FirstAdminWish): Promise<boolean> {
    if (!(await this.#accounts.isEmpty())) return false;
    const chosen = password ?? this.#secrets.activationCode();
    const account = await this.#accountOf({ email, password: chosen, name: firstAdminName });
    const customer = { id: this.#ids.uuid(), name: firstCustomerName, createdAt: account.createdAt };
    return this.#accounts.addFirst(account, async (enrolment) => {
      await enrolFirst(enrolment, customer, account);
      announce({ email: account.email, password: password === undefined ? chosen : null });
    });
  }

  async #accountOf(person: NewLocalPerson): Promise<LocalAccount> {
    const parsed = personShape.safeParse({ ...person, email: normaliseEmail(person.email) });
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
      throw generalFaults.invalid_request(`The account is not well formed. ${detail}`, { errors });
    }
    const { email, password, name } = parsed.data;
    const passwordHash = await hashPassword(password);
    return {
      id: this.#ids.uuid(),
      email,
      name,
      passwordHash,
      createdAt: this.#clock.now(),
      lastSignInAt: null,
    };
  }
}

async function enrolFirst(
  { members, record }: Enrolment,
  customer: Customer,
  admin: LocalAccount,
): Promise<void> {
  const customerId = customer.id;
  await members.addCustomer(customer);
  await members.putMember({ customerId, userId: admin.id, name: admin.name, role: 'admin' });
  record({
    customerId,
    kind: 'customer.created',
    ...byTheGateway,
    subject: { kind: 'customer', id: customerId },
    data: { name: customer.name },
  });
  record({
    customerId,
    kind: 'member.added',
    ...byTheGateway,
    subject: { kind: 'member', id: admin.id },
    data: { role: 'admin' },
  });
}
