import { requestStanding } from '../../domain/approval/standing-grant.js';
import type { StandingDevices, StandingGrant } from '../../domain/approval/standing-grant.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { CommandCatalogue } from '../ports/command-catalogue.js';
import type { Digests } from '../ports/digests.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { standingEntry } from './standing-entry.js';

export interface RequestStandingGrantInput {
  readonly caller: Caller;
  /** The id that it gets: a repeated request brings the same one, and changes nothing. */
  readonly id: string;
  readonly type: string;
  readonly parameters: JsonObject | null;
  readonly devices: StandingDevices;
  readonly expiresInMs: number;
  readonly maxUses: number;
  readonly reason: string;
}

/** Asks people to let commands of one type run beforehand. It waits for them as such a command would. */
export class RequestStandingGrant {
  readonly #work: UnitOfWork;
  readonly #catalogue: CommandCatalogue;
  readonly #digests: Digests;

  constructor(work: UnitOfWork, catalogue: CommandCatalogue, digests: Digests) {
    this.#work = work;
    this.#catalogue = catalogue;
    this.#digests = digests;
  }

  async execute({ caller, ...input }: RequestStandingGrantInput): Promise<StandingGrant> {
    const { principal } = caller;
    requireAccess(principal, 'requestStandingGrant');
    if (principal.kind === 'cli') throw generalFaults.forbidden('The command line proposes nothing.');
    const { customerId, kind, id: proposerId, name } = principal;
    const type = this.#catalogue.find(input.type);
    if (type === null) throw commandFaults.unknown_command_type(`There is no command type ${input.type}.`);
    let { parameters } = input;
    if (parameters !== null) {
      const checked = this.#catalogue.check(type, parameters);
      if (!checked.ok) throw commandFaults.invalid_parameters(undefined, { errors: checked.errors });
      parameters = checked.parameters;
    }
    const requestedBy = { kind, id: proposerId, name };
    return this.#work.run(async ({ policies, standingGrants, record, now }) => {
      const request = { ...input, customerId, type, parameters, requestedBy };
      const policy = await policies.current(customerId);
      const grant = requestStanding(request, policy, (envelope) => this.#digests.of(envelope), now);
      if (!(await standingGrants.add(grant))) {
        const known = await standingGrants.find(customerId, grant.id);
        if (known === null) throw new Error(`the id ${grant.id} names a standing grant of somebody else`);
        return known;
      }
      const { digest } = grant.approval;
      record(
        standingEntry(grant, 'standing_grant.requested', caller, { ...grant.approval.envelope, digest }),
      );
      return grant;
    });
  }
}
