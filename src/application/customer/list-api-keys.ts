import { requireAccess } from '../../domain/customer/access-policy.js';
import type { ApiKey } from '../../domain/customer/api-key.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import type { ApiKeys } from '../ports/api-keys.js';

export class ListApiKeys {
  readonly #keys: ApiKeys;

  constructor(keys: ApiKeys) {
    this.#keys = keys;
  }

  /** Those that were not revoked, newest first. */
  async execute(principal: Principal, page: PageRequest): Promise<Page<ApiKey>> {
    requireAccess(principal, 'listApiKeys');
    return this.#keys.list(principal.customerId, page);
  }
}
