import type { ExportActivity } from '../../application/activity/export-activity.js';
import type { PurgeHistory } from '../../application/activity/purge-history.js';
import type { VerifyActivity } from '../../application/activity/verify-activity.js';
import type { VerifiedExport, VerifyExportInput } from '../../application/activity/verify-export.js';
import type { AddMember } from '../../application/customer/add-member.js';
import type { CreateCustomer } from '../../application/customer/create-customer.js';
import type { ProvisionDevice } from '../../application/device/provision-device.js';
import type { JsonObject } from '../../domain/shared/json.js';

/** One thing that the doctor looked at. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What the verbs of the command line can call. */
export interface OperatorUseCases {
  readonly addMember: AddMember;
  readonly createCustomer: CreateCustomer;
  readonly provisionDevice: ProvisionDevice;
  readonly purgeHistory: PurgeHistory;
  readonly exportActivity: ExportActivity;
  /** Without a limit on its time. */
  readonly verifyActivity: VerifyActivity;
  /** Adds a person to the local identity; null where people come from Supabase. */
  readonly createUser: ((user: NewUser) => Promise<{ readonly userId: string }>) | null;
  /**
   * Removes the second factors of a person of the local identity and ends their sign-ins; null where people come from
   * Supabase.
   */
  readonly resetFactors:
    ((email: string) => Promise<{ readonly userId: string; readonly removed: number }>) | null;
}

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

/** What can be done to the keys that sign grants. Answers hold private keys where nobody else keeps them. */
export interface KeyOperations {
  rotate(overlapDays: number): Promise<JsonObject>;
  revoke(keyId: string): Promise<JsonObject>;
}

export interface CliOperations {
  readonly keys: KeyOperations;
  /** Applies what is missing; the names of the migrations it applied. */
  migrate(): Promise<{ readonly applied: readonly string[] }>;
  /** Looks at the configuration and at what the gateway depends on; starts an embedded Postgres that does not run. */
  diagnose(): Promise<readonly Finding[]>;
  /** Opens the stores for the time of `work`. */
  withUseCases<Result>(work: (useCases: OperatorUseCases) => Promise<Result>): Promise<Result>;
  /** Needs no store, and no configuration. */
  verifyExport(input: VerifyExportInput): Promise<VerifiedExport>;
  /** A random password, for people who give none. */
  makePassword(): string;
}
