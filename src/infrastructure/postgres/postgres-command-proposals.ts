import { sql } from 'kysely';

import type { CommandProposals, ProposalOutcome } from '../../application/ports/command-proposals.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { fragmentsOf } from './activity-fragments.js';
import type { Failed } from './asked.js';
import type { Asked } from './asked.js';
import { commandOf } from './command-row.js';
import type { CommandRow } from './command-row.js';
import { CustomerLanes } from './customer-lanes.js';
import type { WatchBatches } from './group-commit.js';
import { isUndone } from './postgres-faults.js';
import type { PostgresSession } from './postgres-session.js';
import type { RecentCommands } from './recent-commands.js';
import { tables } from './postgres-tables.js';
import { isAccepted, outcomeOf } from './proposal-answers.js';
import { defaultMaxOpen, proposeCommands } from './propose-commands.js';
import type { Proposal, ProposalRow } from './propose-commands.js';
import { beginningOf } from './save-commands.js';
import type { Patience } from './save-commands.js';

const maxTries = 5;

/** Records proposals in batches, each batch by one statement. */
export class PostgresCommandProposals implements CommandProposals {
  readonly #session: PostgresSession;
  readonly #maxOpen: number;
  readonly #recent: RecentCommands | null;
  readonly #proposals: CustomerLanes<Proposal, ProposalOutcome>;

  /** `maxOpen`: how many commands that have not ended a device may have. */
  constructor(
    session: PostgresSession,
    maxOpen = defaultMaxOpen,
    recent: RecentCommands | null = null,
    watch?: WatchBatches,
  ) {
    this.#session = session;
    this.#recent = recent;
    this.#maxOpen = maxOpen;
    this.#proposals = new CustomerLanes({
      run: (batch, patience) => this.#answer(batch, patience),
      customersOf: (proposals) => Promise.resolve(proposals.map(({ command }) => command.customerId)),
      watch,
    });
  }

  async propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome> {
    return this.#proposals.submit({ command, entry: fragmentsOf(entry) });
  }

  /** Resolves when every proposal that was made is answered. */
  async drain(): Promise<void> {
    await this.#proposals.drain();
  }

  async #answer(batch: readonly Asked<Proposal, ProposalOutcome>[], patience: Patience): Promise<void> {
    const proposals = batch.map(({ item }) => item);
    const outcomes = await this.#record(proposals, patience);
    for (const [index, outcome] of outcomes.entries()) {
      if (isAccepted(outcome) && outcome.kind === 'accepted') this.#recent?.note(outcome.command);
      batch[index]?.answer(outcome);
    }
  }

  async #record(
    proposals: readonly Proposal[],
    patience: Patience,
  ): Promise<readonly (ProposalOutcome | Failed)[]> {
    const firsts = new Map(proposals.toReversed().map((proposal) => [proposal.command.id, proposal]));
    const distinct = proposals.filter((proposal) => firsts.get(proposal.command.id) === proposal);
    const rows = await this.#insert(distinct, patience);
    const outcomes = new Map(
      distinct.map(({ command }, index) => [command.id, outcomeOf(command, rows[index], this.#maxOpen)]),
    );
    const recorded = await this.#recorded(
      proposals.filter(({ command }) => !isAccepted(outcomes.get(command.id))),
    );
    return proposals.map((proposal) => {
      const { id } = proposal.command;
      const outcome = outcomes.get(id);
      if (isAccepted(outcome))
        return firsts.get(id) === proposal ? outcome : { ...outcome, kind: 'repeated' };
      const command = recorded.get(id);
      if (command?.customerId === proposal.command.customerId) return { kind: 'repeated', command };
      if (outcome === null || outcome === undefined)
        throw new Error(`the id ${id} names a command of somebody else`);
      return outcome;
    });
  }

  async #insert(proposals: readonly Proposal[], patience: Patience): Promise<readonly ProposalRow[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        const statement = proposeCommands(proposals, this.#maxOpen, patience);
        return await this.#session.query(statement, beginningOf[patience]);
      } catch (error) {
        if (tries === maxTries || !isUndone(error)) throw error;
      }
    }
  }

  /**
   * What is on record of those that were not inserted, whatever the reason was: a repeated proposal is answered
   * by what it made, also when the queue has filled up or the device has gone since.
   */
  async #recorded(proposals: readonly Proposal[]): Promise<ReadonlyMap<string, Command>> {
    if (proposals.length === 0) return new Map();
    const ids = proposals.map(({ command }) => command.id);
    const rows = await this.#session.query(
      sql<CommandRow>`select c.* from fieldgate.commands c where c.id = any(${ids}::uuid[])`.compile(tables),
    );
    return new Map(rows.map((row) => [row.id, commandOf(row)]));
  }
}
