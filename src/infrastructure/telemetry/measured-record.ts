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
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Hindrance } from '../../domain/command/hindrance.js';
import type { NewCommand } from '../../domain/command/proposal.js';

/** Hears of what has been committed. */
export interface RecordObserver {
  recorded(entries: readonly NewEntry[]): void;
  /** `command` as it stood just before, at `now`. */
  claimed(command: Command, now: Date): void;
}

/** The ledger behind it, and an observer who hears of every verdict that was written. */
export class MeasuredCommandLedger implements CommandLedger {
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
    const { stored, now, save } = last;
    if (answer.kind === 'decided' && stored !== undefined && now !== undefined && save !== undefined) {
      this.#observer.recorded(save.entries);
      if (save.command.attempt > stored.attempt)
        this.#observer.claimed(commandAsOf(stored, now).command, now);
    }
    return answer;
  }
}

export class MeasuredCommandProposals implements CommandProposals {
  readonly #proposals: CommandProposals;
  readonly #observer: RecordObserver;

  constructor(proposals: CommandProposals, observer: RecordObserver) {
    this.#proposals = proposals;
    this.#observer = observer;
  }

  async propose(command: NewCommand, entry: NewEntry): Promise<ProposalOutcome> {
    const outcome = await this.#proposals.propose(command, entry);
    if (outcome.kind === 'accepted') this.#observer.recorded([entry]);
    return outcome;
  }
}

export class MeasuredUnitOfWork implements UnitOfWork {
  readonly #work: UnitOfWork;
  readonly #observer: RecordObserver;

  constructor(work: UnitOfWork, observer: RecordObserver) {
    this.#work = work;
    this.#observer = observer;
  }

  async run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let entries: NewEntry[] = [];
    const result = await this.#work.run((transaction) => {
      // Run again after a deadlock, it begins anew.
      entries = [];
      const { now, devices, credentials, commands, members } = transaction;
      const record = (entry: NewEntry): void => {
        transaction.record(entry);
        entries.push(entry);
      };
      return work({ now, devices, credentials, commands, members, record });
    });
    this.#observer.recorded(entries);
    return result;
  }
}
