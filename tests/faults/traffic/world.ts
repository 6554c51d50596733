import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer, Registered } from './deployment.js';
import { Demand } from './demand.js';
import { Asker } from './field.js';
import type { Field } from './field.js';
import { People } from './people.js';
import { planCommand, shortestLifeMs } from './plan.js';
import { SideJobs } from './side-jobs.js';
import { SimulatedDevice } from './simulated-device.js';
import { treatment } from './treatment.js';

export interface WorldOptions {
  readonly field: Field;
  readonly customers: readonly Customer[];
  readonly devices: readonly Registered[];
  readonly sleepers: readonly Registered[];
  readonly commands: number;
  readonly proposersPerCustomer: number;
}

const handsPerDevice = 2;
const queueDepth = 16;
const patienceMs = 1_000;
/** So many proposals at most are left to themselves until their outcome is known. */
const mostPending = 64;
const trickleMs = 500;
/** One that begins later would last longer than all the others need. */
const nap = { commands: 12, ms: shortestLifeMs + 2_000, latestStart: 0.6 } as const;

/** All devices and people, and what they are doing. */
export class World {
  readonly people: ReadonlyMap<string, People>;
  readonly #options: WorldOptions;
  readonly #demand = new Demand();
  readonly #jobs = new SideJobs();
  readonly #devices: ReadonlyMap<string, SimulatedDevice>;
  readonly #sleepers: readonly SimulatedDevice[];
  readonly #pending = new Set<Promise<void>>();
  #planned = 0;
  #pace = Infinity;
  #draining = false;
  #over = false;
  #working: readonly Promise<void>[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    const { field, customers, devices, sleepers } = options;
    this.people = new Map(
      customers.map((customer) => [customer.id, new People(customer, field, this.#demand, this.#jobs)]),
    );
    const treat = treatment({
      jobs: this.#jobs,
      strangerTo: (device) => this.#strangerTo(device),
      isDraining: () => this.#draining,
    });
    const surroundings = { field, demand: this.#demand, jobs: this.#jobs, treat };
    this.#devices = new Map(devices.map((device) => [device.id, new SimulatedDevice(device, surroundings)]));
    // Nobody fills the queues of those who sleep.
    const apart = { ...surroundings, demand: new Demand() };
    this.#sleepers = sleepers.map((device) => new SimulatedDevice(device, apart));
  }

  /** Beyond so many, proposals only trickle: the faults are to meet traffic, and all of it to meet faults. */
  set pace(planned: number) {
    this.#pace = planned;
  }

  get planned(): number {
    return this.#planned;
  }

  /** Resolves when every command has been proposed, and the outcome of each proposal is known. */
  async propose(): Promise<void> {
    const { devices } = this.#options;
    for (const { id } of devices) this.#demand.wantMore(id, queueDepth);
    const isOver = (): boolean => this.#over;
    const all = [...this.#devices.values(), ...this.#sleepers];
    const naps = this.#sleepers.map((sleeper) => this.#sleepAndWake(sleeper));
    this.#working = [...all.map((device) => device.run(handsPerDevice, isOver)), this.#revokeNowAndThen()];
    await Promise.all(this.#proposers());
    // What was put to sleep has to expire before anybody wakes its device.
    await Promise.all(naps);
    await Promise.all(this.#pending);
  }

  /** From here on nobody makes trouble any more. */
  startDraining(): void {
    this.#draining = true;
    this.#demand.close();
  }

  /** Resolves when nobody does anything any more. */
  async stop(): Promise<void> {
    this.#demand.close();
    this.#draining = true;
    await this.#jobs.over();
    this.#over = true;
    await Promise.all(this.#working);
  }

  #proposers(): readonly Promise<void>[] {
    const { field, customers, proposersPerCustomer, devices } = this.#options;
    const customerOf = new Map(devices.map(({ id, customer }) => [id, customer]));
    return Array.from({ length: customers.length * proposersPerCustomer }, async (_, number) => {
      const asker = new Asker(field, `proposer-${String(number)}`, number);
      while (this.#planned < this.#options.commands) {
        if (this.#planned >= this.#pace) await sleep(trickleMs);
        const device = await this.#demand.next();
        if (device === null) return;
        await this.#proposeOne(asker, device, customerOf.get(device)?.id ?? '', false);
        if (this.#planned >= this.#options.commands) this.#demand.close();
      }
    });
  }

  async #proposeOne(asker: Asker, device: string, customer: string, brief: boolean): Promise<void> {
    this.#planned += 1;
    const planned = planCommand(asker.field.dice, this.#planned, { brief });
    const people = this.people.get(customer);
    const proposing = people?.propose(asker, device, planned, () => this.#draining || brief);
    if (proposing === undefined) return;
    const pending = proposing.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    // One whose outcome nobody knows for a while must not keep the others waiting.
    await Promise.race([pending, sleep(patienceMs)]);
    while (this.#pending.size >= mostPending) await Promise.race(this.#pending);
  }

  /** A device that is not there while its commands run out of time. */
  async #sleepAndWake(sleeper: SimulatedDevice): Promise<void> {
    const asker = new Asker(this.#options.field, `proposer-of-${sleeper.id}`, 0);
    do {
      sleeper.asleep = true;
      for (let number = 0; number < nap.commands; number += 1) {
        await this.#proposeOne(asker, sleeper.id, sleeper.session.device.customer.id, true);
      }
      await sleep(nap.ms);
      sleeper.asleep = false;
      await sleep(2_000);
    } while (this.#planned < this.#options.commands * nap.latestStart && !this.#draining);
  }

  async #revokeNowAndThen(): Promise<void> {
    const { field } = this.#options;
    const asker = new Asker(field, 'revoker', 0);
    while (!this.#draining) {
      await sleep(field.dice.whole(1_500, 3_500));
      const device = field.dice.pick([...this.#devices.values()]);
      await this.#revoke(asker, device);
    }
  }

  async #revoke(asker: Asker, device: SimulatedDevice): Promise<void> {
    const { id, customer } = device.session.device;
    const token = await device.session.token(asker);
    const authorization = `Bearer ${customer.proposer.token}`;
    const path = `/api/v1/customer/devices/${id}/tokens`;
    const { call } = await asker.ask({ method: 'DELETE', path, headers: { authorization } });
    asker.record({ ...call, f: 'revoke', device: id, session: '' });
    if (call.type !== 'ok') return;
    // Somebody else goes on using the old token.
    for (const afterMs of [5_200, 12_000]) {
      this.#jobs.after(afterMs, async () => {
        const beat = await asker.ask({
          method: 'POST',
          path: '/api/v1/device/heartbeat',
          headers: { authorization: `Bearer ${token.value}` },
          body: { status: 'ok' },
        });
        asker.record({ ...beat.call, f: 'beat', device: id, session: token.session });
      });
    }
  }

  #strangerTo(device: SimulatedDevice): SimulatedDevice | null {
    const strangers = [...this.#devices.values()].filter(
      (other) => other.session.device.customer !== device.session.device.customer,
    );
    return strangers.length === 0 ? null : this.#options.field.dice.pick(strangers);
  }
}
