import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { ColumnType } from 'kysely';

import type { ApiKeyRole } from '../../domain/customer/api-key.js';
import type { Role } from '../../domain/customer/role.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import type { CommandRow } from './command-row.js';
import type { SessionRow } from './session-row.js';

export interface CustomerRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
}

export interface MemberRow {
  readonly customer_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly role: Role;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly customer_id: string;
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly hash: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export interface DeviceRow {
  readonly id: string;
  readonly customer_id: string;
  readonly name: string;
  readonly location: string | null;
  readonly labels: readonly string[];
  readonly model: string | null;
  readonly platform: string | null;
  readonly agent_version: string | null;
  readonly lifecycle: DeviceLifecycle;
  readonly credential_generation: number;
  readonly token_generation: number;
  readonly queue_paused_at: Date | null;
  readonly queue_pause_reason: string | null;
  readonly created_at: Date;
  readonly last_sign_in_at: Date | null;
}

export interface ActivationCodeRow {
  readonly device_id: string;
  readonly hash: string;
  readonly expires_at: Date;
  readonly used_at: Date | null;
  readonly wrong_tries: number;
  readonly operation_id: string | null;
}

export interface DeviceSecretRow {
  readonly device_id: string;
  readonly hash: string;
  readonly created_at: Date;
  readonly first_used_at: Date | null;
  readonly expires_at: Date | null;
}

interface DispatchEpochTable {
  readonly only_row: ColumnType<boolean, boolean | undefined>;
  readonly epoch: string;
}

/** What the gateway reads and writes by ordinary statements. */
export interface FieldgateTables {
  readonly customers: CustomerRow;
  readonly members: MemberRow;
  readonly api_keys: ApiKeyRow;
  readonly devices: DeviceRow;
  readonly activation_codes: ActivationCodeRow;
  readonly device_secrets: DeviceSecretRow;
  readonly commands: CommandRow;
  readonly sessions: SessionRow;
  readonly dispatch_epoch: DispatchEpochTable;
}

/** Writes statements, and never runs one: sessions do, with limits that a query builder does not know. */
export const tables = new Kysely<FieldgateTables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
}).withSchema('fieldgate');
