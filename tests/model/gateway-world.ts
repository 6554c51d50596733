import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DependencyContainer } from 'tsyringe';
import { v7 as uuidv7 } from 'uuid';
import { ReconcileDispatch } from '../../src/application/dispatch/reconcile-dispatch.js';
import type { DispatchQueue } from '../../src/application/ports/dispatch-queue.js';
import type { WakeUps } from '../../src/application/ports/wake-ups.js';
import { readConfig } from '../../src/composition/config.js';
import { Lifecycle } from '../../src/composition/lifecycle.js';
import { openContainer } from '../../src/composition/open-container.js';
import type { OpenedContainer } from '../../src/composition/open-container.js';
import { openDatabase } from '../../src/composition/open-database.js';
import { provide, use } from '../../src/composition/provide.js';
import * as port from '../../src/composition/tokens.js';
import type { Caller } from '../../src/domain/customer/caller.js';
import type { DeviceCaller } from '../../src/domain/device/device-caller.js';
import type { Command } from '../../src/domain/command/command.js';
import { PostgresCommandLedger } from '../../src/infrastructure/postgres/postgres-command-ledger.js';
import { everybodyIsSignedIn, signedIn } from '../support/signed-in.js';
import { maxOpen } from './command-reference.js';
import { InterruptedQueue } from './interrupted-queue.js';
import { IntrudedSession } from './intruded-session.js';
import { QuietPorts } from './quiet-ports.js';
import { openSettableDatabase } from './settable-database.js';
import type { RecordRow, SettableDatabase } from './settable-database.js';
import { clockOf } from '../support/clock-of.js';

/** The dispatch store of a world: what is behind the port, and how it loses its memory. */
export interface WorldStore {
  /** A store that knows nothing yet. */
  readonly fresh: (instant: () => number) => Promise<DispatchQueue>;
  /** Names of what it keeps. */
  readonly left: () => Promise<readonly string[]>;
}

/** A command on record, and the token that its claim has. */
export interface RecordedCommand extends RecordRow {
  readonly token: string;
}

const customerId = uuidv7();
export const people = { robin: uuidv7(), kim: uuidv7() } as const;

/** All use cases of two gateways on the same real stores, with a clock that shows what it is told. */
export class GatewayWorld {
  readonly #container: DependencyContainer;
  readonly #other: DependencyContainer;
  readonly #isElsewhere = new AsyncLocalStorage<true>();
  /** What the ledger of the first gateway sends. */
  readonly session: IntrudedSession;
  readonly #database: SettableDatabase;
  readonly #store: WorldStore;
  readonly #ports: QuietPorts;
  readonly #close: () => Promise<void>;
  readonly queue: InterruptedQueue;
  #nowMs: number;
  #firstEntry = 0;
  deviceId = '';
  readonly customerId = customerId;
  /** What happens elsewhere while a claim call waits for a store that is being filled. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  constructor(
    [first, other]: readonly [OpenedContainer, OpenedContainer],
    database: SettableDatabase,
    store: WorldStore,
    queue: InterruptedQueue,
    nowMs: number,
    close: () => Promise<void>,
  ) {
    this.#container = first.container;
    this.#other = other.container;
    this.session = new IntrudedSession(first.database.pool);
    provide(this.#container, port.COMMAND_LEDGER, () => new PostgresCommandLedger(this.session));
    this.#database = database;
    this.#store = store;
    this.#close = close;
    this.#nowMs = nowMs;
    this.#ports = new QuietPorts();
    this.queue = queue;
    for (const container of [this.#container, this.#other]) this.#provide(container);
  }

  static async open(store: WorldStore, nowMs: number): Promise<GatewayWorld> {
    const database = await openSettableDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-model-'));
    const config = readConfig({
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MAX_OPEN_COMMANDS: String(maxOpen),
    });
    const lifecycle = new Lifecycle(() => undefined);
    const log = pino({ level: 'silent' });
    const open = () => openContainer(config, log, lifecycle, openDatabase);
    const gateways = [await open(), await open()] as const;
    const queue = new InterruptedQueue(await store.fresh(() => nowMs));
    const world = new GatewayWorld(gateways, database, store, queue, nowMs, async () => {
      await lifecycle.close();
      await database.close();
      await rm(dataDir, { recursive: true });
    });
    await world.#addPeople();
    return world;
  }

  get now(): number {
    return this.#nowMs;
  }

  get ports(): QuietPorts {
    return this.#ports;
  }

  get<UseCase>(verb: new (...needs: never[]) => UseCase): UseCase {
    return use(this.#isElsewhere.getStore() === true ? this.#other : this.#container, verb);
  }

  /** Whatever is called in there, the other gateway does. */
  elsewhere<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#isElsewhere.run(true, work);
  }

  close(): Promise<void> {
    return this.#close();
  }

  async setClock(nowMs: number): Promise<void> {
    this.#nowMs = nowMs;
    await this.#database.setClock(nowMs);
  }

  /** How the device stands on record. */
  async standing(): Promise<{ readonly paused: boolean; readonly active: boolean }> {
    const device = await use(this.#container, port.DEVICE_DIRECTORY).find(customerId, this.deviceId);
    return { paused: device !== null && device.queuePause !== null, active: device?.lifecycle === 'active' };
  }

  /** An active device without commands, and a dispatch store that knows of nothing else. */
  async begin(nowMs: number): Promise<void> {
    await this.#database.clear();
    await this.setClock(nowMs);
    await this.wipe();
    this.deviceId = uuidv7();
    await use(this.#container, port.UNIT_OF_WORK).run(({ devices, now }) =>
      devices.add({
        id: this.deviceId,
        customerId,
        name: 'Till',
        location: null,
        labels: [],
        model: null,
        platform: null,
        agentVersion: null,
        lifecycle: 'active',
        credentialGeneration: 1,
        tokenGeneration: 1,
        queuePause: null,
        createdAt: now,
        lastSignInAt: null,
      }),
    );
    await this.get(ReconcileDispatch).execute();
    this.#firstEntry = await this.#database.lastEntry(customerId);
  }

  /** The dispatch store loses everything. */
  async wipe(): Promise<void> {
    this.queue.replace(await this.#store.fresh(() => this.#nowMs));
  }

  readonly leftInStore = (): Promise<readonly string[]> => this.#store.left();
  readonly commands = async (): Promise<readonly RecordedCommand[]> => {
    const rows = await this.#database.commandsOf(this.deviceId);
    return rows.map((row) => ({ ...row, token: this.#tokenOf(row.command) }));
  };
  /** What the log says since this run began. */
  readonly entries = () => this.#database.entriesAfter(customerId, this.#firstEntry);

  #tokenOf({ id, attempt, claim }: Command): string {
    return use(this.#container, port.CLAIM_TOKENS).mint(id, attempt, claim?.nonce ?? '');
  }

  device(tokenGeneration: number): DeviceCaller {
    return { deviceId: this.deviceId, customerId, tokenGeneration, requestId: 'model' };
  }

  #provide(container: DependencyContainer): void {
    const { ports, queue } = this;
    for (const token of [port.COMMAND_LEDGER, port.COMMAND_DEADLINES, port.UNIT_OF_WORK] as const) {
      const real: object = use<object>(container, token);
      provide<object>(container, token, () => ports.watch(real));
    }
    provide(container, port.CLOCK, () => clockOf(() => new Date(this.#nowMs)));
    provide(container, port.DISPATCH_QUEUE, () => ports.watch(queue));
    provide(container, port.WAKE_UPS, () => this.#wakeUps);
    provide(container, port.SIGN_IN_LIVENESS, () => everybodyIsSignedIn);
  }

  readonly #addPeople = () =>
    use(this.#container, port.UNIT_OF_WORK).run(async ({ members, now }) => {
      await members.addCustomer({ id: customerId, name: 'Corner shop', createdAt: now });
      for (const [name, userId] of Object.entries(people)) {
        await members.putMember({ customerId, userId, name, role: 'admin' });
      }
    });

  /** Who waits lets time pass, and nothing else. */
  readonly #wakeUps: WakeUps = {
    wake: () => Promise.resolve(),
    take: () =>
      Promise.resolve({
        wait: async (ms: number) => {
          await this.setClock(this.#nowMs + Math.ceil(ms));
          await this.meanwhile();
          return 'elapsed';
        },
        leave: () => undefined,
      }),
  };
}

/** `signedInAt`: when they used their second factor, if they did. */
export const person = (id: string, secondFactor: boolean, signedInAt = 0): Caller => ({
  principal: {
    kind: 'member',
    id,
    name: 'somebody',
    customerId,
    role: 'admin',
    aal: secondFactor ? 'aal2' : 'aal1',
    secondFactorAt: secondFactor ? new Date(signedInAt) : null,
  },
  requestId: 'model',
  signIn: signedIn(id),
});
