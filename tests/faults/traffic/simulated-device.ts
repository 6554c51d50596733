import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivered, WriteCall } from '../history/history-event.js';
import type { Registered } from './deployment.js';
import { DeviceSession } from './device-session.js';
import type { Demand } from './demand.js';
import { Asker } from './field.js';
import type { Field } from './field.js';
import { isReplaceable, payloadOf, shortLeaseMs, usualLeaseMs } from './plan.js';
import type { SideJobs } from './side-jobs.js';

export interface Held extends Delivered {
  readonly claimToken: string;
  readonly cancelRequested: boolean;
  readonly leaseMs: number;
}

export interface Write {
  readonly f: WriteCall['f'];
  readonly body?: Readonly<Record<string, unknown>>;
  readonly content?: string;
  readonly foreign?: boolean;
}

interface ClaimedJson {
  readonly id: string;
  readonly type: string;
  readonly parameters: unknown;
  readonly attempt: number;
  readonly claimToken: string;
  readonly visibleForMs: number;
  readonly cancelRequested: boolean;
}

export interface DeviceSurroundings {
  readonly field: Field;
  readonly demand: Demand;
  readonly jobs: SideJobs;
  /** How it treats what it got. */
  readonly treat: (device: SimulatedDevice, asker: Asker, held: Held) => Promise<void>;
}

const waitMs = 2_000;
const pauseMs = 300;
const claimAtOnce = 10;

/** One device with two hands that claim at different gateways. What it sees is the truth about deliveries. */
export class SimulatedDevice {
  readonly session: DeviceSession;
  readonly #surroundings: DeviceSurroundings;
  readonly #seen = new Set<string>();
  #claims = 0;
  #asleep = false;

  constructor(device: Registered, surroundings: DeviceSurroundings) {
    this.session = new DeviceSession(device);
    this.#surroundings = surroundings;
  }

  get id(): string {
    return this.session.device.id;
  }

  set asleep(asleep: boolean) {
    this.#asleep = asleep;
  }

  async run(hands: number, isOver: () => boolean): Promise<void> {
    const { field } = this.#surroundings;
    await Promise.all(
      Array.from({ length: hands }, async (_, hand) => {
        const asker = new Asker(field, `${this.id}/${String(hand)}`, hand);
        while (!isOver()) await this.#turn(asker);
      }),
    );
  }

  async #turn(asker: Asker): Promise<void> {
    const { treat, demand } = this.#surroundings;
    if (this.#asleep) {
      await sleep(pauseMs);
      return;
    }
    const held = await this.#claim(asker);
    if (held.length === 0) demand.wantMore(this.id, 3);
    for (const { attempt, command, payload } of held) {
      const isCounted = attempt === 1 && !isReplaceable(payload);
      if (isCounted && !this.#seen.has(command)) demand.left(this.id);
      this.#seen.add(command);
    }
    await Promise.all(held.map((one) => treat(this, asker, one)));
    for (const { command } of held) this.#seen.delete(command);
  }

  async #claim(asker: Asker): Promise<readonly Held[]> {
    const { dice } = this.#surroundings.field;
    this.#claims += 1;
    const attemptId = `${this.id}.${String(this.#claims)}`;
    const leaseMs = dice.chance(0.2) ? shortLeaseMs : usualLeaseMs;
    const body = { limit: claimAtOnce, visibilityTimeoutMs: leaseMs, waitMs, attemptId };
    const what = { method: 'POST', path: '/api/v1/device/commands/claim', body } as const;
    const ask = () =>
      this.session.ask(asker, what, ({ call, answer: given }, session) => {
        const delivered = given.type === 'ok' ? heldOf(given.body, leaseMs).map(deliveredOf) : null;
        asker.record({ ...call, f: 'claim', device: this.id, session, attemptId, answer: delivered });
      });
    const { answer } = await ask();
    // As one does whose answer was lost; the device goes on with what it heard first.
    if (answer.type === 'ok' && dice.chance(0.01)) await ask();
    if (answer.type === 'ok') return heldOf(answer.body, leaseMs);
    await sleep(pauseMs);
    return [];
  }

  /** Writes under a claim until the outcome is known. */
  async write(asker: Asker, held: Held, { f, body = {}, content, foreign = false }: Write): Promise<boolean> {
    const { command, attempt, token, claimToken } = held;
    const path = `/api/v1/device/commands/${command}/${f}`;
    const what = { method: 'POST', path, body: { claimToken, ...body } } as const;
    const { call } = await this.session.ask(asker, what, ({ call: made, answer }, session) => {
      const given = answer.type === 'ok' ? (answer.body as { state?: string; late?: boolean }) : null;
      asker.record({
        ...made,
        f,
        device: this.id,
        session,
        command,
        attempt,
        token,
        extensionMs: typeof body['extensionMs'] === 'number' ? body['extensionMs'] : null,
        content: content ?? null,
        foreign,
        answer: given === null ? null : { state: given.state ?? null, late: given.late === true },
      });
    });
    return call.type === 'ok';
  }
}

function heldOf(body: unknown, leaseMs: number): readonly Held[] {
  const { commands } = body as { readonly commands: readonly ClaimedJson[] };
  return commands.map((json) => ({
    command: json.id,
    attempt: json.attempt,
    token: json.claimToken.slice(-16),
    claimToken: json.claimToken,
    visibleForMs: json.visibleForMs,
    payload: payloadOf(json.type, json.parameters),
    cancelRequested: json.cancelRequested,
    leaseMs,
  }));
}

const deliveredOf = ({ command, attempt, token, visibleForMs, payload }: Held): Delivered => ({
  command,
  attempt,
  token,
  visibleForMs,
  payload,
});
