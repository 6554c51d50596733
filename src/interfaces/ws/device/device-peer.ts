import type { AdmittedDevice } from '../../../application/device/let-in.js';
import type { Heartbeat, HeartbeatAnswer } from '../../../application/device/answer-heartbeat.js';
import type { ClaimedCommand } from '../../../application/command/claim-commands.js';
import type { Cancellation } from '../../../application/ports/cancellation.js';
import type { DeviceSession } from '../../../application/ports/device-tokens.js';
import type { RateVerdict } from '../../../application/ports/rate-limiter.js';
import type { DeviceCaller } from '../../../domain/device/device-caller.js';
import { heartbeatIntervalMs } from '../../../domain/device/presence.js';
import type { Fault } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { maxWaitMs } from '../../http/device/claim-schema.js';
import { presentClaimed } from '../../http/device/claimed-command.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { problemOf } from '../../http/problem.js';
import type { DeviceUseCases } from '../../http/use-cases.js';
import { closeCodeOf } from '../close-codes.js';
import type { Connection } from '../connection.js';
import type { Call } from '../message-rule.js';
import type { SocketPeer, SocketSession } from '../socket-audience.js';
import { withinContext } from '../within-context.js';
import type { PushClaim } from './command-push.js';
import { CommandPush } from './command-push.js';
import { DeviceStanding } from './device-standing.js';
import { RepeatedLook } from './repeated-look.js';

/** A device that has shown a live token. */
export interface DeviceSignIn extends SocketSession {
  readonly session: DeviceSession;
  readonly token: string;
}

/** Who asks, and how its queue stood when it was let in. */
export interface Admitted {
  readonly caller: DeviceCaller;
  readonly queue: AdmittedDevice['queue'];
}

/** A device at the other end of a connection. */
export class DevicePeer implements SocketPeer {
  readonly customerId: string;
  readonly does: DeviceUseCases;
  readonly push: CommandPush;
  readonly #options: HttpServerOptions;
  readonly #signIn: DeviceSignIn;
  readonly #connection: Connection;
  readonly #onGone: () => void;
  readonly #ending = new AbortController();
  readonly #looks: RepeatedLook;
  #stopListening: () => void = () => undefined;

  constructor(options: HttpServerOptions, signIn: DeviceSignIn, connection: Connection, onGone: () => void) {
    this.customerId = signIn.customerId;
    this.does = options.device;
    this.#options = options;
    this.#signIn = signIn;
    this.#connection = connection;
    this.#onGone = onGone;
    const dismiss = (fault: Fault): void => {
      this.#dismiss(fault);
    };
    const standing = new DeviceStanding(options, connection, {
      admission: () => this.#admission(),
      dismiss,
      note: (fault) => {
        // Where something is away, every connection would say so with every ping.
        if (fault.code === 'internal') this.#note(fault, 'a look at a connected device failed');
      },
      leave: () => {
        this.#leave();
      },
    });
    this.push = new CommandPush(
      {
        claim: (request, cancellation) => this.#claim(request, cancellation),
        push: (claimed, attemptId) => {
          const isSent = connection.send({ type: 'command', command: presentClaimed(claimed), attemptId });
          standing.sent(claimed.command.id);
          return isSent;
        },
        dismiss,
        note: (fault) => {
          this.#note(fault, 'nothing can be pushed now');
        },
      },
      connection.id,
    );
    this.#looks = new RepeatedLook(() => standing.look(this.customerId));
  }

  /** Tells those who wait that nobody needs the answer: the connection is over, or the gateway stops. */
  get cancellation(): Cancellation {
    return this.#ending.signal;
  }

  /** From now on this is the device's connection, and it hears what concerns the device. */
  async arrive(): Promise<void> {
    const { bus, connections } = this.#options.sockets;
    const { deviceId } = this.#signIn.session;
    // Listening first: a newer connection may come at once.
    this.#stopListening = bus.listen({ deviceId }, () => {
      this.#looks.ask();
    });
    await connections.open(deviceId, this.#connection.id);
    void bus.tell({ kind: 'device', deviceId });
  }

  welcome(): object {
    return {
      deviceId: this.#signIn.session.deviceId,
      serverTime: this.#options.clock.now().toISOString(),
      heartbeatIntervalMs,
    };
  }

  greeted(): void {
    this.#looks.begin();
  }

  look(): Promise<void> {
    this.#looks.ask();
    return Promise.resolve();
  }

  /** Lets one message in, as a request would be: by a live token, within the device's budget. */
  async admit({ requestId }: Call): Promise<Admitted> {
    const { session, verdict, queue } = await this.#admission();
    if (!verdict.allowed) throw usedUp(verdict);
    return { caller: { ...session, requestId }, queue };
  }

  /** Lets a heartbeat in, and keeps it. */
  async beat(heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    const { device, rateRules } = this.#options;
    const atMs = performance.now();
    const { token } = this.#signIn;
    const { admitted, answer } = await device.admitHeartbeat.execute(token, rateRules.device, heartbeat);
    this.push.seen(admitted.queue, atMs);
    if (answer === null) throw usedUp(admitted.verdict);
    return answer;
  }

  /** The gateway stops: nothing more is claimed, and what waits is answered. */
  rest(): void {
    this.#ending.abort();
    this.push.stop();
  }

  idle(): Promise<void> {
    return this.push.idle();
  }

  gone(): void {
    this.#leave();
    this.#onGone();
    const { connections } = this.#options.sockets;
    // One that could not be closed is forgotten after a while.
    connections.close(this.#signIn.session.deviceId, this.#connection.id).catch(() => undefined);
  }

  /** Nobody is to be served here any more. */
  #leave(): void {
    this.rest();
    this.#looks.stop();
    this.#stopListening();
  }

  async #admission(): Promise<AdmittedDevice> {
    const { device, rateRules } = this.#options;
    const atMs = performance.now();
    const admitted = await device.authenticateDevice.execute(this.#signIn.token, rateRules.device);
    this.push.seen(admitted.queue, atMs);
    return admitted;
  }

  #claim(
    { limit, attemptId, waits }: PushClaim,
    cancellation: Cancellation,
  ): Promise<readonly ClaimedCommand[]> {
    const requestId = this.#options.ids.uuid();
    const context = { requestId, customerId: this.customerId };
    return withinContext(this.#options, context, async () => {
      const admitted = await this.admit({ requestId });
      const admission = () => this.admit({ requestId });
      const claim = { limit, attemptId, visibilityTimeoutMs: null, goesOn: waits, admission };
      const waitMs = waits ? maxWaitMs : 0;
      return this.does.claimCommands.execute({ ...admitted, ...claim, waitMs }, cancellation);
    });
  }

  #dismiss(fault: Fault): void {
    const requestId = this.#options.ids.uuid();
    this.#connection.send({ type: 'error', requestId, problem: problemOf(fault, requestId) });
    this.#connection.close(closeCodeOf(fault), fault.code);
    this.#leave();
  }

  #note(fault: Fault, message: string): void {
    if (fault.kind !== 'unavailable') return;
    const err = fault.cause instanceof Error ? fault.cause : fault;
    const facts = { err, code: fault.code, connectionId: this.#connection.id };
    if (fault.code === 'internal') this.#options.logger.error(facts, message);
    else this.#options.logger.warn(facts, message);
  }
}

const usedUp = ({ resetMs }: RateVerdict): Fault =>
  generalFaults.rate_limited(undefined, { retryAfterMs: resetMs });
