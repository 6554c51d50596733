import type {
  CommandLedger,
  CommandOwner,
  DeviceGuard,
  LedgerAnswer,
  Verdict,
} from '../../application/ports/command-ledger.js';
import type { CommandProposals, ProposalOutcome } from '../../application/ports/command-proposals.js';
import type { Transaction, UnitOfWork } from '../../application/ports/unit-of-work.js';
import type { NewEntry } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { Hindrance } from '../../domain/command/hindrance.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { ObservedCommandStore } from './observed-command-store.js';
import type { CommandWrite, RecordObserver } from './record-observer.js';

/** The ledger behind it, and an observer who hears of every verdict that was written. */
export class ObservedCommandLedger implements CommandLedger {
  readonly #ledger: CommandLedger;
  readonly #observer: RecordObserver;

  constructor(ledger: CommandLedger, observer: RecordObserver) {
    this.#ledger = ledger;
    this.#observer = observer;
  }

  async change<Outcome>(
    commandId: string,
    owner: CommandOwner,
    decide: (command: Command, now: Date, hindrance: Hindrance | null) => Verdict<Outcome>,
    guard?: DeviceGuard,
  ): Promise<LedgerAnswer<Outcome>> {
    // Decided on more than once, the last word is the one that was written.
    const last: { stored?: Command; now?: Date; save?: Verdict<Outcome>['save'] } = {};
    const answer = await this.#ledger.change(
      commandId,
      owner,
      (stored, now, hindrance) => {
        const verdict = decide(stored, now, hindrance);
        Object.assign(last, { stored, now, save: verdict.save });
        return verdict;
      },
      guard,
    );
    const { stored, now: at, save } = last;
    if (answer.kind === 'decided' && stored !== undefined && at !== undefined && save !== undefined) {
      const { command, entries } = save;
      this.#observer.recorded(entries);
      this.#observer.written({ stored, command, entries, at });
    }
    return answer;
  }
}

export class ObservedCommandProposals implements CommandProposals {
  readonly #proposals: CommandProposals;
  readonly #observer: RecordObserver;

  constructor(proposals: CommandProposals, observer: RecordObserver) {
    this.#proposals = proposals;
    this.#observer = observer;
  }

  async propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome> {
    const outcome = await this.#proposals.propose(command, entry);
    if (outcome.kind === 'accepted') {
      const { command: accepted } = outcome;
      this.#observer.recorded([entry]);
      this.#observer.written({
        stored: null,
        command: accepted,
        entries: [entry],
        at: accepted.createdAt,
      });
    }
    return outcome;
  }
}

export class ObservedUnitOfWork implements UnitOfWork {
  readonly #work: UnitOfWork;
  readonly #observer: RecordObserver;

  constructor(work: UnitOfWork, observer: RecordObserver) {
    this.#work = work;
    this.#observer = observer;
  }

  async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let entries: NewEntry[] = [];
    let writes = (): readonly CommandWrite[] => [];
    const result = await this.#work.run((transaction) => {
      // Run again after a deadlock, it begins anew.
      entries = [];
      const record = (entry: NewEntry): void => {
        transaction.record(entry);
        entries.push(entry);
      };
      const commands = new ObservedCommandStore(transaction.commands, transaction.now, entries);
      writes = () => commands.writes();
      return work({
        now: transaction.now,
        devices: transaction.devices,
        credentials: transaction.credentials,
        members: transaction.members,
        policies: transaction.policies,
        roles: transaction.roles,
        standingGrants: transaction.standingGrants,
        reviews: transaction.reviews,
        commands,
        record,
      });
    });
    this.#observer.recorded(entries);
    for (const write of writes()) this.#observer.written(write);
    return result;
  }
}
