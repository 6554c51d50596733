import { setTimeout as sleep } from 'node:timers/promises';
import type { PersonCall } from '../history/history-event.js';
import type { Customer, Person } from './deployment.js';
import type { Demand } from './demand.js';
import { Asker, backOffMs } from './field.js';
import type { Field } from './field.js';
import type { PlannedCommand } from './plan.js';
import { isReplaceable, planCommand } from './plan.js';
import type { SideJobs } from './side-jobs.js';

const patienceMs = 120_000;

interface CommandJson {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly approval: { readonly digest: string } | null;
}

interface Act {
  readonly f: PersonCall['f'];
  readonly person: Person;
  readonly command: string;
  readonly body?: object;
  readonly foreign?: boolean;
}

/** The people of one customer: they propose, look, call off, approve and deny. */
export class People {
  readonly customer: Customer;
  readonly #field: Field;
  readonly #demand: Demand;
  readonly #jobs: SideJobs;

  constructor(customer: Customer, field: Field, demand: Demand, jobs: SideJobs) {
    this.customer = customer;
    this.#field = field;
    this.#demand = demand;
    this.#jobs = jobs;
  }

  /** Proposes until the outcome is known, and does what people do afterwards. */
  async propose(
    asker: Asker,
    device: string,
    planned: PlannedCommand,
    isDraining: () => boolean,
  ): Promise<void> {
    const key = `k${String(planned.number)}`;
    const command = await this.#proposeUnder(asker, device, planned, key, false);
    if (isReplaceable(planned.payload)) this.#demand.left(device);
    if (command === null) return;
    const { dice } = this.#field;
    if (dice.chance(0.01)) await this.#proposeUnder(asker, device, planned, key, false);
    if (dice.chance(0.005)) {
      await this.#proposeUnder(asker, device, planCommand(dice, -planned.number), key, true);
    }
    if (planned.needs === 'approval')
      this.#jobs.after(dice.whole(0, 400), () => this.#decide(command, device));
    if (isDraining()) return;
    if (!isReplaceable(planned.payload) && dice.chance(0.05))
      this.#jobs.after(dice.whole(0, 300), () => this.#cancel(command.id, device));
    if (dice.chance(0.03)) {
      this.#jobs.after(dice.whole(0, 4_000), () =>
        this.act({ f: 'read', person: this.customer.proposer, command: command.id }),
      );
    }
  }

  async #proposeUnder(
    asker: Asker,
    device: string,
    planned: PlannedCommand,
    key: string,
    clashes: boolean,
  ): Promise<CommandJson | null> {
    const { body, payload, needs, once, priority, maxAttempts, expiresInMs, lane, dedupeKey } = planned;
    const facts = { payload, needs, once, priority, maxAttempts, expiresInMs, lane, dedupeKey };
    const deadline = performance.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      const { call, answer } = await asker.ask({
        method: 'POST',
        path: `/api/v1/customer/devices/${device}/commands`,
        headers: { authorization: `Bearer ${this.customer.proposer.token}`, 'idempotency-key': key },
        body,
      });
      const made = answer.type === 'ok' ? (answer.body as CommandJson) : null;
      asker.record({
        ...call,
        f: 'propose',
        customer: this.customer.id,
        device,
        key,
        ...facts,
        clashes,
        answer: made === null ? null : { command: made.id, state: made.state },
      });
      const isHeld = answer.code === 'idempotency_in_progress' || answer.status === 429;
      const isDoubtful = call.type === 'info' || answer.status === 0;
      if ((!isDoubtful && !isHeld) || performance.now() > deadline) return made;
      await sleep(isHeld ? 1_000 : backOffMs(tries));
    }
  }

  /** Does it until the outcome is known. */
  async act({ f, person, command, body, foreign = false }: Act): Promise<PersonCall> {
    const asker = new Asker(this.#field, person.id, this.#field.dice.whole(0, 7));
    const what = requestOf(f, command, body);
    const deadline = performance.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      const { call, answer } = await asker.ask({
        ...what,
        headers: { authorization: `Bearer ${person.token}` },
      });
      const read = answer.type === 'ok' ? (answer.body as CommandJson) : null;
      const made: PersonCall = {
        ...call,
        f,
        customer: this.customer.id,
        person: person.id,
        command,
        foreign,
        answer: read === null ? null : { state: read.state, attempt: read.attempt },
      };
      asker.record(made);
      const isDoubtful = call.type === 'info' || answer.status === 0;
      if (!isDoubtful || performance.now() > deadline) return made;
      await sleep(backOffMs(tries));
    }
  }

  async #cancel(command: string, device: string): Promise<void> {
    const { type, answer } = await this.act({ f: 'cancel', person: this.customer.proposer, command });
    if (type === 'ok' && answer?.state === 'cancelled' && answer.attempt === 0) this.#demand.left(device);
  }

  async #decide({ id, approval }: CommandJson, device: string): Promise<void> {
    const { dice } = this.#field;
    const { proposer, approvers } = this.customer;
    const digest = approval?.digest ?? '';
    const vote = (person: Person, approved: boolean): Promise<PersonCall> =>
      this.act({ f: approved ? 'approve' : 'deny', person, command: id, body: { approved, digest } });
    const fate = dice.roll();
    if (fate < 0.1) await vote(proposer, true);
    if (fate > 0.95) {
      this.#demand.left(device);
      return;
    }
    const approved = fate < 0.8;
    const votes = [vote(dice.pick(approvers), approved)];
    // Two people at once, who may disagree: one of them decides.
    if (dice.chance(0.2)) votes.push(vote(dice.pick(approvers), dice.chance(0.5)));
    await Promise.all(votes);
    if (!approved) this.#demand.left(device);
  }
}

function requestOf(f: PersonCall['f'], command: string, body: object | undefined) {
  const path = `/api/v1/customer/commands/${command}`;
  switch (f) {
    case 'read':
      return { method: 'GET', path } as const;
    case 'cancel':
    case 'settle':
      return { method: 'POST', path: `${path}/${f}`, ...(body !== undefined && { body }) } as const;
    case 'approve':
    case 'deny':
      return {
        method: 'POST',
        path: `/api/v1/customer/approvals/${command}/decision`,
        body: body ?? {},
      } as const;
  }
}
