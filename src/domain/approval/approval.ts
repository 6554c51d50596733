import type { Risk } from '../command/command-type.js';
import type { JsonObject } from '../shared/json.js';
import type { Role } from '../customer/role.js';

/** What a customer asks for before a command of one risk may run. */
export interface ApprovalRule {
  /** Distinct people who must approve; 0 means that it runs at once. */
  readonly approvals: number;
  readonly roles: readonly Role[];
  readonly selfApproval: boolean;
  /** A second factor (`aal2`) is needed to decide. */
  readonly mfa: boolean;
  readonly windowMs: number;
  /** Whoever decides has to say why. */
  readonly reasonRequired: boolean;
}

export type ApprovalRules = Readonly<Record<Risk, ApprovalRule>>;

export interface ApprovalPolicy {
  /** Rises by one with every change; a customer who never changed anything has the first. */
  readonly version: number;
  readonly rules: ApprovalRules;
}

/** One person's vote. */
export interface Decision {
  readonly by: { readonly id: string; readonly name: string };
  readonly approved: boolean;
  readonly reason: string | null;
  readonly at: string;
}

/** What a command waits for, frozen when it was proposed. */
export interface Approval {
  readonly envelope: JsonObject;
  /** SHA-256 of the canonical envelope, 64 lower-case hex characters. */
  readonly digest: string;
  readonly rule: ApprovalRule;
  readonly decisions: readonly Decision[];
  readonly expiresAt: Date;
}
