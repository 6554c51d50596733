import { Failed } from './asked.js';
import type { Asked } from './asked.js';
import { GroupCommit } from './group-commit.js';
import type { WatchBatches } from './group-commit.js';
import { isLockTimeout } from './postgres-faults.js';
import type { Patience } from './save-commands.js';

type Batch<Item, Answer> = readonly Asked<Item, Answer>[];

/** What is done in the lanes. */
export interface LaneWork<Item, Answer> {
  /**
   * Answers every item, each as soon as it can. When it rejects, those still unanswered are not done: with a lock
   * timeout when somebody sat on a lock for too long.
   */
  run(batch: Batch<Item, Answer>, patience: Patience): Promise<void>;
  /** Whose log each item would write to, in the order of the batch; null where that is nobody's. */
  customersOf(items: readonly Item[]): Promise<readonly (string | null)[]>;
  readonly watch?: WatchBatches | undefined;
}

/**
 * Group commit that all customers share, until somebody sits on a lock for more than a moment: then everybody in the batch goes on in a
 * lane of their customer's own, so that those whose device, command or log is held wait by themselves. Whose
 * lane runs without such a wait comes back at once, and the others when their lock is free. A lane uses one
 * connection at a time.
 */
export class CustomerLanes<Item, Answer> {
  readonly #work: LaneWork<Item, Answer>;
  readonly #shared: GroupCommit<Item, Answer>;
  readonly #aside = new Map<string, GroupCommit<Item, Answer>>();
  /** Those that are aside, and those that still have something to end. */
  readonly #lanes = new Set<GroupCommit<Item, Answer>>();

  constructor(work: LaneWork<Item, Answer>) {
    this.#work = work;
    this.#shared = new GroupCommit((batch) => this.#runShared(batch), undefined, work.watch);
  }

  submit(item: Item): Promise<Answer> {
    return this.#shared.submit(item);
  }

  /** Resolves when everything that was asked for is answered. */
  async drain(): Promise<void> {
    const busy = () => [this.#shared, ...this.#lanes].filter(({ idle }) => !idle);
    for (let lanes = busy(); lanes.length > 0; lanes = busy()) {
      await Promise.all(lanes.map((lane) => lane.drain()));
    }
  }

  async #runShared(batch: Batch<Item, Answer>): Promise<void> {
    const rest = this.#aside.size === 0 ? batch : await this.#sortOut(batch);
    if (rest.length === 0) return;
    try {
      await this.#work.run(rest, 'brief');
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      for (const [customer, items] of await this.#byCustomer(unanswered(rest))) {
        if (customer !== null) this.#laneOf(customer).take(items);
        else for (const asked of items) asked.answer(new Failed(error));
      }
    }
  }

  /** Hands over what belongs to customers that are aside, and returns the rest. */
  async #sortOut(batch: Batch<Item, Answer>): Promise<Batch<Item, Answer>> {
    const rest: Asked<Item, Answer>[] = [];
    for (const [customer, items] of await this.#byCustomer(batch)) {
      const lane = customer === null ? undefined : this.#aside.get(customer);
      if (lane === undefined) rest.push(...items);
      else lane.take(items);
    }
    return rest;
  }

  async #byCustomer(batch: Batch<Item, Answer>): Promise<ReadonlyMap<string | null, Batch<Item, Answer>>> {
    const customers = await this.#work.customersOf(batch.map(({ item }) => item));
    return Map.groupBy(batch, (_, index) => customers[index] ?? null);
  }

  #laneOf(customer: string): GroupCommit<Item, Answer> {
    const known = this.#aside.get(customer);
    if (known !== undefined) return known;
    const lane = new GroupCommit<Item, Answer>(
      async (batch) => {
        try {
          await this.#work.run(batch, 'wait');
        } catch (error) {
          if (!isLockTimeout(error)) throw error;
          // A device or a command of this customer may be what is held: those who want others go on.
          await this.#work.run(unanswered(batch), 'pass');
          return;
        }
        this.#bringBack(customer, lane);
      },
      undefined,
      this.#work.watch,
    );
    this.#aside.set(customer, lane);
    this.#lanes.add(lane);
    return lane;
  }

  #bringBack(customer: string, lane: GroupCommit<Item, Answer>): void {
    if (this.#aside.get(customer) === lane) this.#aside.delete(customer);
    this.#shared.take(lane.giveUp());
    void lane.drain().then(() => this.#lanes.delete(lane));
  }
}

const unanswered = <Item, Answer>(batch: Batch<Item, Answer>): Batch<Item, Answer> =>
  batch.filter(({ answered }) => !answered);
