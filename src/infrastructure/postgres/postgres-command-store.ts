import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

import type { CommandStore, OpenScope } from '../../application/ports/command-store.js';
import type { ProposalOutcome } from '../../application/ports/command-proposals.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { fragmentsOf } from './activity-fragments.js';
import { Failed } from './asked.js';
import { commandOf } from './command-row.js';
import { isOpen } from './open-commands.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { outcomeOf } from './proposal-answers.js';
import { proposeCommands } from './propose-commands.js';
import { saveCommands } from './save-commands.js';
import { portionsOf } from './save-portions.js';
import { isUuid } from './uuid-text.js';

/** Commands inside a transaction. What is saved is gathered, and written by one statement before the next read. */
export class PostgresCommandStore implements CommandStore {
  readonly #session: PostgresSession;
  readonly #maxOpen: number;
  readonly #unwritten = new Map<string, Command>();

  constructor(session: PostgresSession, maxOpen: number) {
    this.#session = session;
    this.#maxOpen = maxOpen;
  }

  async lock(customerId: string, commandId: string): Promise<Command | null> {
    await this.write();
    if (!isUuid(commandId)) return null;
    const [row] = await this.#session.query(
      tables
        .selectFrom('commands')
        .selectAll()
        .where('id', '=', commandId)
        .where('customer_id', '=', customerId)
        .forUpdate()
        .compile(),
    );
    return row === undefined ? null : commandOf(row);
  }

  async propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome> {
    await this.write();
    const proposal = { command, entry: fragmentsOf(entry) };
    const [row] = await this.#session.query(proposeCommands([proposal], this.#maxOpen, 'wait'));
    const outcome = outcomeOf(command, row, this.#maxOpen);
    if (outcome instanceof Failed) throw outcome.error;
    if (outcome !== null) return outcome;
    const recorded = await this.lock(command.customerId, command.id);
    if (recorded === null) throw new Error(`the id ${command.id} names a command of somebody else`);
    return { kind: 'repeated', command: recorded };
  }

  async forgetPlaces(deviceId: string): Promise<void> {
    await this.write();
    await this.#session.query(
      sql`update fieldgate.commands set dispatched = false, changed_at = fieldgate.clock_now()
        where device_id = ${deviceId} and ${isOpen} and state = 'queued'`.compile(tables),
    );
  }

  async lockOpen(scope: OpenScope): Promise<readonly Command[]> {
    await this.write();
    // Locked in the order of the ids, like everywhere, and only then put in the order of the queue.
    const rows = await this.#session.query(
      tables
        .selectFrom('commands')
        .selectAll()
        .where(belongsTo(scope))
        .where(isOpen)
        .orderBy('id')
        .forUpdate()
        .compile(),
    );
    const commands = rows.map(commandOf).sort((one, other) => one.rank - other.rank);
    return 'restingOn' in scope ? commands.filter((command) => restsOn(command, scope)) : commands;
  }

  save(command: Command): Promise<void> {
    this.#unwritten.set(command.id, command);
    return Promise.resolve();
  }

  /** Writes what was saved. Fails when a command is not what was read: whoever saves it had not locked it. */
  async write(): Promise<void> {
    if (this.#unwritten.size === 0) return;
    const commands = [...this.#unwritten.values()];
    this.#unwritten.clear();
    const saves = commands.map((command) => ({
      command,
      read: null,
      entries: [],
      guard: null,
      begins: false,
      judgedAt: null,
    }));
    for (const portion of portionsOf(saves)) {
      const rows = await this.#session.query(saveCommands(portion));
      if (rows.length !== portion.rows.length)
        throw new Error('a command was saved that was not locked as it is');
    }
  }
}

function belongsTo(scope: OpenScope): RawBuilder<boolean> {
  if ('sessionId' in scope) return sql`session_id = ${scope.sessionId}::uuid`;
  if ('restingOn' in scope) {
    // As text, and exactly afterwards: Postgres refuses to look into JSON that holds a NUL, as parameters may.
    const { customerId, restingOn, underGrants } = scope;
    return sql`customer_id = ${customerId}::uuid
      and (strpos(proposed_by::text || coalesce(approval::text, ''), ${JSON.stringify(restingOn)}) > 0
        or allowed_by ->> 'id' = any (${underGrants}::text[]))`;
  }
  if ('dedupeKey' in scope) return sql`device_id = ${scope.deviceId} and dedupe_key = ${scope.dedupeKey}`;
  return sql`device_id = ${scope.deviceId}`;
}

const restsOn = (
  { proposedBy, approval, allowedBy }: Command,
  { restingOn: id, underGrants }: Extract<OpenScope, { readonly restingOn: string }>,
): boolean =>
  proposedBy.id === id ||
  (approval?.decisions.some(({ by, approved }) => approved && by.id === id) ?? false) ||
  (allowedBy?.kind === 'standing_grant' && underGrants.includes(allowedBy.id));
