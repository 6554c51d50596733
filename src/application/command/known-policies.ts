import type { ApprovalPolicy } from '../../domain/approval/approval.js';
import type { ApprovalPolicies } from '../ports/approval-policies.js';

interface Known {
  readonly policy: Promise<ApprovalPolicy>;
  /** Null while it is being read. */
  version: number | null;
}

const most = 10_000;

/**
 * Approval policies as this gateway read them last, so that a proposal need not ask for one. What is drafted by an old
 * one is refused by the record, and then it is read anew: it can cost a second try, and never mislead.
 */
export class KnownPolicies {
  readonly #policies: ApprovalPolicies;
  readonly #known = new Map<string, Known>();

  constructor(policies: ApprovalPolicies) {
    this.#policies = policies;
  }

  async of(customerId: string): Promise<ApprovalPolicy> {
    const known = this.#known.get(customerId) ?? this.#read(customerId);
    return known.policy;
  }

  /** The record has another version than this one. Of many who find that out at once, one reads. */
  forget(customerId: string, version: number): void {
    if (this.#known.get(customerId)?.version === version) this.#known.delete(customerId);
  }

  #read(customerId: string): Known {
    const known: Known = {
      policy: this.#policies.current(customerId).then(
        (policy) => {
          known.version = policy.version;
          return policy;
        },
        (error: unknown) => {
          this.#known.delete(customerId);
          throw error;
        },
      ),
      version: null,
    };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= most && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(customerId, known);
    return known;
  }
}
