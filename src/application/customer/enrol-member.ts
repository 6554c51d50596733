import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller, signInOf } from '../../domain/customer/caller.js';
import { customerFaults } from '../../domain/customer/customer-faults.js';
import type { Member } from '../../domain/customer/customer.js';
import type { Role } from '../../domain/customer/role.js';
import type { PeopleDirectory } from '../ports/people-directory.js';
import type { SignInLiveness } from '../ports/sign-in-liveness.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { lockPeople } from './lock-people.js';

export interface EnrolMemberInput {
  readonly caller: Caller;
  /** By the identity provider's id, or by an address that it knows or can invite. */
  readonly person: { readonly userId: string } | { readonly email: string };
  readonly name: string;
  readonly role: Role;
}

/**
 * An admin makes a person a member. One who is a member already, under the same name and role, is answered as they are:
 * a repetition whose first answer was lost changes nothing.
 */
export class EnrolMember {
  readonly #work: UnitOfWork;
  readonly #liveness: SignInLiveness;
  readonly #people: PeopleDirectory;

  constructor(work: UnitOfWork, liveness: SignInLiveness, people: PeopleDirectory) {
    this.#work = work;
    this.#liveness = liveness;
    this.#people = people;
  }

  async execute({ caller, person, name, role }: EnrolMemberInput): Promise<Member> {
    requireAccess(caller.principal, 'enrolMember');
    await this.#liveness.requireAlive(signInOf(caller));
    const userId = 'userId' in person ? person.userId : await this.#userIdOf(person.email, name);
    const { customerId } = caller.principal;
    const member: Member = { customerId, userId, name, role };
    await this.#work.run(async (transaction) => {
      await lockPeople(transaction, caller, 'enrolMember');
      const { members, record } = transaction;
      const known = await members.find(customerId, userId);
      if (known !== null && known.name === name && known.role === role) return;
      if (known !== null) {
        throw customerFaults.member_exists(`They are ${known.role} here; change that instead.`);
      }
      await members.putMember(member);
      record({
        customerId,
        kind: 'member.added',
        ...causeOfCaller(caller),
        subject: { kind: 'member', id: userId },
        data: { role },
      });
    });
    return member;
  }

  async #userIdOf(email: string, name: string): Promise<string> {
    const found = await this.#people.findOrInvite(email, name);
    switch (found.kind) {
      case 'found':
      case 'invited':
        return found.userId;
      case 'nobody':
        throw customerFaults.person_unknown(
          'Nobody has this e-mail address, and nobody is invited from here: the operator makes the account ' +
            'with `fieldgate user create`.',
        );
      case 'not_searchable':
        throw customerFaults.person_not_searchable('Name the person by `userId`.');
    }
  }
}
