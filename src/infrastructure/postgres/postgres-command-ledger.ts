import { sql } from 'kysely';

import type {
  CommandLedger,
  CommandOwner,
  DeviceGuard,
  LedgerAnswer,
  Verdict,
} from '../../application/ports/command-ledger.js';
import type { Command } from '../../domain/command/command.js';
import type { Hindrance } from '../../domain/command/hindrance.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import { Failed } from './asked.js';
import { commandBehind, hindranceOf, queuePaused } from './command-hindrance.js';
import type { HindranceColumns } from './command-hindrance.js';
import { commandOf } from './command-row.js';
import type { CommandRow } from './command-row.js';
import { CommandSheet } from './command-sheets.js';
import type { AskedChange, Change, ChangeAnswer, SheetReading } from './command-sheets.js';
import { CustomerLanes } from './customer-lanes.js';
import { isDuplicate, isUndone, unavailable } from './postgres-faults.js';
import type { WatchBatches } from './group-commit.js';
import type { PostgresSession } from './postgres-session.js';
import type { RecentCommands } from './recent-commands.js';
import { tables } from './postgres-tables.js';
import { prepared } from './prepared-statement.js';
import type { Prepared } from './prepared-statement.js';
import { beginningOf, saveCommands } from './save-commands.js';
import type { Patience } from './save-commands.js';
import { portionsOf } from './save-portions.js';
import type { SavePortion } from './save-portions.js';
import { isUuid } from './uuid-text.js';

/** Somebody wins each round, so only a storm on one command gets here. */
const maxRounds = 10;

interface ReadingRow extends CommandRow, HindranceColumns {
  readonly as_of: Date;
  readonly device_lifecycle: DeviceLifecycle;
  readonly device_token_generation: number;
}

const readingsById: Prepared<ReadingRow, [ids: readonly string[]]> = prepared(
  (ids) => sql`
    select c.*, d.lifecycle as device_lifecycle, d.token_generation as device_token_generation,
      fieldgate.clock_now() as as_of, ${queuePaused('c')} as queue_paused, ${commandBehind('c')} as behind
    from unnest(${ids}::uuid[]) as a (id)
      -- Row by row, by the primary key: a plan that was made when there were few commands would read all of them.
      cross join lateral (select k.* from fieldgate.commands k where k.id = a.id offset 0) c
      join fieldgate.devices d on d.id = c.device_id`,
);

/** Decides on commands in batches: one statement reads them all, another writes those that are still as read. */
export class PostgresCommandLedger implements CommandLedger {
  readonly #session: PostgresSession;
  readonly #recent: RecentCommands | null;
  readonly #changes: CustomerLanes<Change, ChangeAnswer>;

  /** `recent`: what this gateway wrote last, shared with the proposals; without it every change reads first. */
  constructor(session: PostgresSession, recent: RecentCommands | null = null, watch?: WatchBatches) {
    this.#session = session;
    this.#recent = recent;
    this.#changes = new CustomerLanes({
      run: (batch, patience) => this.#decide(batch, patience),
      customersOf: (changes) => this.#customersOf(changes),
      watch,
    });
  }

  async change<Outcome>(
    commandId: string,
    owner: CommandOwner,
    decide: (command: Command, now: Date, hindrance: Hindrance | null) => Verdict<Outcome>,
    guard?: DeviceGuard,
  ): Promise<LedgerAnswer<Outcome>> {
    if (!isUuid(commandId)) return { kind: 'missing' };
    const last: { verdict?: Verdict<Outcome> } = {};
    const judge: Change['judge'] = (command, now, hindrance) => {
      last.verdict = decide(command, now, hindrance);
      return last.verdict.save;
    };
    const answer = await this.#changes.submit({
      commandId: commandId.toLowerCase(),
      owner,
      guard: guard ?? null,
      judge,
    });
    if (answer !== 'decided') return { kind: answer };
    if (last.verdict === undefined) throw new Error('a change was answered before it was decided');
    return { kind: 'decided', outcome: last.verdict.outcome };
  }

  /** Resolves when every change that was asked for is answered. */
  async drain(): Promise<void> {
    await this.#changes.drain();
  }

  async #decide(batch: readonly AskedChange[], patience: Patience): Promise<void> {
    const unanswered = () => batch.filter(({ answered }) => !answered);
    // Passing over what is locked, a second look would only find it locked again.
    const rounds = patience === 'pass' ? 1 : maxRounds;
    for (let round = 0; round < rounds && unanswered().length > 0; round += 1) {
      await this.#decideOnce(unanswered(), patience);
    }
    for (const asked of unanswered()) {
      asked.answer(new Failed(unavailable('The command is held by others, or changed too often.')));
    }
  }

  /** Answers those on whose command nothing had to be written, or what had to be is on disk. */
  async #decideOnce(open: readonly AskedChange[], patience: Patience): Promise<void> {
    const readings = await this.#look(
      open.map(({ item }) => item.commandId),
      patience,
    );
    const sheets = new Map<string, CommandSheet>();
    for (const asked of open) {
      const { commandId } = asked.item;
      const reading = readings.get(commandId);
      if (reading === undefined) {
        asked.answer('missing');
        continue;
      }
      const sheet = sheets.get(commandId) ?? new CommandSheet(reading);
      sheets.set(commandId, sheet);
      sheet.judge(asked);
    }
    const saves = [...sheets.values()].flatMap(({ save }) => (save === null ? [] : [save]));
    for (const [id, sheet] of sheets) {
      if (sheet.save !== null) continue;
      if (sheet.certain) sheet.answerAll();
      else this.#recent?.forget(id);
    }
    for (const portion of portionsOf(saves)) {
      const written = new Set(await this.#write(portion, patience));
      for (const command of portion.commands) {
        if (written.has(command.id)) {
          this.#recent?.note({ ...command, version: command.version + 1 });
          sheets.get(command.id)?.answerAll();
        } else this.#recent?.forget(command.id);
      }
    }
  }

  /** What is remembered, and from the record what is not. */
  async #look(commandIds: readonly string[], patience: Patience): Promise<ReadonlyMap<string, SheetReading>> {
    // Passing over what is locked there is one round only: it has to be the record's.
    const recent = patience === 'pass' ? null : this.#recent;
    const now = recent?.clock.now();
    const known = new Map<string, SheetReading>();
    for (const id of commandIds) {
      const command = recent?.find(id);
      if (command !== undefined && now !== undefined)
        known.set(id, { command, now, device: null, hindrance: null });
    }
    const unknown = commandIds.filter((id) => !known.has(id));
    if (unknown.length === 0) return known;
    return new Map([...known, ...(await this.#read(unknown))]);
  }

  async #read(commandIds: readonly string[]): Promise<ReadonlyMap<string, SheetReading>> {
    const rows = await this.#session.query(readingsById([...new Set(commandIds)]));
    return new Map(rows.map((row) => [row.id, readingOf(row)]));
  }

  async #customersOf(changes: readonly Change[]): Promise<readonly (string | null)[]> {
    const ids = changes.map(({ commandId }) => commandId);
    const rows = await this.#session.query(
      tables.selectFrom('commands').select(['id', 'customer_id']).where('id', 'in', ids).compile(),
    );
    const customers = new Map(rows.map((row) => [row.id, row.customer_id]));
    return ids.map((id) => customers.get(id) ?? null);
  }

  /** Ids of what was written. The rest was changed by somebody else, or its device is not what it was. */
  async #write(portion: SavePortion, patience: Patience): Promise<readonly string[]> {
    try {
      const rows = await this.#session.query(saveCommands(portion, patience), beginningOf[patience]);
      return rows.map(({ id }) => id);
    } catch (error) {
      // Another one of the lane or with the key began since: the next look finds this one behind it.
      const outrun = isDuplicate(error) && portion.rows.length === 1;
      if (outrun || isUndone(error)) return [];
      throw error;
    }
  }
}

const readingOf = (row: ReadingRow): SheetReading => ({
  command: commandOf(row),
  now: row.as_of,
  device: { lifecycle: row.device_lifecycle, tokenGeneration: row.device_token_generation },
  hindrance: hindranceOf(row),
});
