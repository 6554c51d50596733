import type { ApprovalPolicy } from '../../domain/approval/approval.js';
import type { ApprovalPolicies } from '../ports/approval-policies.js';
import { KnownVersions } from './known-versions.js';

/** Approval policies as this gateway read them last. */
export class KnownPolicies {
  readonly #known: KnownVersions<ApprovalPolicy>;

  constructor(policies: ApprovalPolicies) {
    this.#known = new KnownVersions(
      (customerId) => policies.current(customerId),
      ({ version }) => version,
    );
  }

  of(customerId: string): Promise<ApprovalPolicy> {
    return this.#known.of(customerId);
  }

  /** The record has another version than this one. */
  forget(customerId: string, version: number): void {
    this.#known.forget(customerId, version);
  }
}
