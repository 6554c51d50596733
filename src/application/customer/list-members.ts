import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Member } from '../../domain/customer/customer.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { MemberDirectory } from '../ports/member-directory.js';

export class ListMembers {
  readonly #members: MemberDirectory;

  constructor(members: MemberDirectory) {
    this.#members = members;
  }

  /** By name. */
  async execute(principal: Principal, page: PageRequest): Promise<Page<Member>> {
    requireAccess(principal, 'listMembers');
    return this.#members.list(principal.customerId, page);
  }
}
