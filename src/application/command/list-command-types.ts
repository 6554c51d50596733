import type { CommandType } from '../../domain/command/command-type.js';
import type { Principal } from '../../domain/customer/principal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { CommandCatalogue } from '../ports/command-catalogue.js';

export class ListCommandTypes {
  readonly #catalogue: CommandCatalogue;

  constructor(catalogue: CommandCatalogue) {
    this.#catalogue = catalogue;
  }

  execute(principal: Principal): readonly CommandType[] {
    requireAccess(principal, 'listCommandTypes');
    return this.#catalogue.list();
  }
}
