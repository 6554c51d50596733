import type { CompiledQuery } from 'kysely';

import type { Transaction } from '../../application/ports/unit-of-work.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import { fragmentsOf } from './activity-fragments.js';
import type { ActivityFragments } from './activity-fragments.js';
import { notedSince } from './noted-since.js';
import { PostgresApiKeys } from './postgres-api-keys.js';
import { PostgresApprovalPolicies } from './postgres-approval-policies.js';
import { PostgresBreakGlassReviews } from './postgres-break-glass-reviews.js';
import { PostgresCommandStore } from './postgres-command-store.js';
import type { PostgresConnection } from './postgres-connection.js';
import { PostgresDeviceCredentials } from './postgres-device-credentials.js';
import { PostgresDeviceRepository } from './postgres-device-repository.js';
import { PostgresMemberDirectory } from './postgres-member-directory.js';
import { PostgresSessionRepository } from './postgres-session-repository.js';
import { PostgresMemberRoles } from './postgres-member-roles.js';
import type { PostgresSession } from './postgres-session.js';
import { PostgresStandingGrants } from './postgres-standing-grants.js';

/** An open transaction. Once ended, it refuses every statement: the connection is somebody else's then. */
export class PostgresTransaction implements Transaction, PostgresSession {
  readonly now: Date;
  readonly devices: PostgresDeviceRepository;
  readonly credentials: PostgresDeviceCredentials;
  readonly sessions: PostgresSessionRepository;
  readonly commands: PostgresCommandStore;
  readonly members: PostgresMemberDirectory;
  readonly apiKeys: PostgresApiKeys;
  readonly policies: PostgresApprovalPolicies;
  readonly roles: PostgresMemberRoles;
  readonly standingGrants: PostgresStandingGrants;
  readonly reviews: PostgresBreakGlassReviews;
  readonly #connection: PostgresConnection;
  readonly #entries: ActivityFragments[] = [];
  #ended = false;

  constructor(connection: PostgresConnection, now: Date, maxOpen: number) {
    this.#connection = connection;
    this.now = now;
    this.devices = new PostgresDeviceRepository(this);
    this.credentials = new PostgresDeviceCredentials(this);
    this.sessions = new PostgresSessionRepository(this);
    this.commands = new PostgresCommandStore(this, maxOpen);
    this.members = new PostgresMemberDirectory(this);
    this.apiKeys = new PostgresApiKeys(this);
    this.policies = new PostgresApprovalPolicies(this);
    this.roles = new PostgresMemberRoles(this);
    this.standingGrants = new PostgresStandingGrants(this);
    this.reviews = new PostgresBreakGlassReviews(this);
  }

  /** The entries so far, in the order in which they were recorded. */
  get entries(): readonly ActivityFragments[] {
    return this.#entries;
  }

  readonly record = (entry: NewEntry): void => {
    this.#requireOpen();
    this.#entries.push(fragmentsOf(entry));
  };

  readonly recordSeldom = async (entry: NewEntry, withinMs: number): Promise<boolean> => {
    const since = new Date(this.now.getTime() - withinMs);
    const [row] = await this.query(notedSince<{ noted: boolean }>(entry, since));
    if (row?.noted === true) return false;
    this.record(entry);
    return true;
  };

  async query<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]> {
    this.#requireOpen();
    // Never prepared: where a pooler loses what was prepared, a transaction could not go on without.
    const { sql, parameters } = statement;
    const { rows } = await this.#connection.send({ sql, parameters });
    return rows as readonly Row[];
  }

  end(): void {
    this.#ended = true;
  }

  #requireOpen(): void {
    if (this.#ended) throw new Error('a transaction was used after its end');
  }
}
