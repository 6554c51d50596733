import { setTimeout as sleep } from 'node:timers/promises';
import type { DevicePresence, LiveFollower } from '../../../application/live/live-follower.js';
import type { CustomerLive } from '../../../application/live/live-hub.js';
import { Subscriptions } from '../../../application/live/subscriptions.js';
import type { LoggedEntry } from '../../../domain/activity/logged-entry.js';
import type { Command } from '../../../domain/command/command.js';
import type { Caller } from '../../../domain/customer/caller.js';
import type { Device } from '../../../domain/device/device.js';
import type { Topic } from '../../../domain/live/topic.js';
import { topicOf } from '../../../domain/live/topic.js';
import type { Fault } from '../../../domain/shared/fault.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { callerOfSession, principalOfSession } from '../../http/customer/member-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { problemOf } from '../../http/problem.js';
import { closeCodeOf, closeCodes } from '../close-codes.js';
import type { Connection } from '../connection.js';
import type { Call } from '../message-rule.js';
import type { SocketPeer } from '../socket-audience.js';
import type { CustomerSignIn } from './customer-access.js';
import { CustomerAccess } from './customer-access.js';
import { eventText, presenceText, progressText } from './live-messages.js';
import { ToldOutput } from './told-output.js';

/** Topics that one connection may follow at once. */
export const mostTopics = 100;
/** Replays of one connection that may wait for their turn: each reads the log anew. */
const mostReplays = 16;
/** Before a log is asked again that did not answer. */
const restMs = 1_000;

export interface Subscribed {
  readonly topics: string[];
  /** Where the log ends. */
  readonly seq: number;
  /** Where the replay begins: later than asked for where the beginning was forgotten. Null: nothing is replayed. */
  readonly replayFrom: number | null;
}

/** Somebody who acts for a customer, at the other end of a connection. */
export class CustomerPeer implements SocketPeer, LiveFollower {
  readonly customerId: string;
  readonly options: HttpServerOptions;
  readonly #connection: Connection;
  readonly #access: CustomerAccess;
  readonly #told = new ToldOutput();
  #live: CustomerLive | null = null;
  #subscriptions: Subscriptions | null = null;
  #head = 0;

  constructor(options: HttpServerOptions, signIn: CustomerSignIn, connection: Connection) {
    this.customerId = signIn.customerId;
    this.options = options;
    this.#connection = connection;
    this.#access = new CustomerAccess(options, signIn, (fault) => {
      this.#end(fault);
    });
  }

  /** Begins to hear what happens. Rejects when there are too many already, or the log does not answer. */
  async meet(): Promise<this> {
    const { mostPerCustomer, live } = this.options.sockets;
    try {
      if (live.hub.countOf(this.customerId) >= mostPerCustomer)
        throw generalFaults.rate_limited('Too many connections are open for this customer.', {
          retryAfterMs: 10_000,
        });
      const { head, ...customer } = await live.hub.follow(this.customerId, this);
      this.#head = head;
      this.#live = customer;
      this.#subscriptions = new Subscriptions(customer.feed, this.#outlet());
      // What was written between the sign-in and this moment was heard by nobody.
      this.#lookAgain();
      return this;
    } catch (error) {
      this.#access.stop();
      throw error;
    }
  }

  welcome(): { customerId: string; seq: number } {
    return { customerId: this.customerId, seq: this.#head };
  }

  look(): Promise<void> {
    return this.#access.askNowAndThen();
  }

  gone(): void {
    this.#access.stop();
    this.#subscriptions?.stop();
    this.options.sockets.live.hub.leave(this.customerId, this);
  }

  /** Who asks, as of now. */
  async admit({ requestId }: Call): Promise<Caller> {
    return callerOfSession(await this.#access.admit(), requestId);
  }

  async renew(accessToken: string, customerId: string | null): Promise<ReturnType<CustomerPeer['welcome']>> {
    await this.#access.renew(accessToken, customerId);
    const { feed } = this.#joined();
    this.#head = (await feed.end()).head.seq;
    return this.welcome();
  }

  /** The reply goes first, then the states of the devices, then what is replayed. */
  async subscribe(caller: Caller, named: readonly string[], after: number | null): Promise<Subscribed> {
    const topics = topicsOf(named);
    const { feed, subscriptions } = this.#joined();
    const all = new Set([...subscriptions.topics(), ...topics.map(({ name }) => name)]);
    if (all.size > mostTopics) throw wrong('topics', `at most ${mostTopics} at once`);
    if (after !== null && subscriptions.waiting >= mostReplays)
      throw generalFaults.rate_limited('Too many replays are waiting.', { retryAfterMs: 1_000 });
    const devices = await this.options.sockets.live.authorizeTopics.execute(caller.principal, topics);
    const { head, forgotten } = await feed.end();
    if (after !== null && after > head.seq) throw wrong('after', 'is beyond the end of the log');
    const names = topics.map(({ name }) => name);
    feed.reach(head.seq);
    // Whoever asks anew may have nothing any more of what this connection brought.
    this.#told.forget();
    subscriptions.add(names, after, head.seq);
    setImmediate(() => void this.#begin(devices));
    return {
      topics: names,
      seq: head.seq,
      replayFrom: after === null ? null : Math.max(after, forgotten.seq),
    };
  }

  unsubscribe(named: readonly string[]): string[] {
    const names = topicsOf(named).map(({ name }) => name);
    this.#joined().subscriptions.remove(names);
    return names;
  }

  topics(): Iterable<string> {
    return this.#subscriptions?.topics() ?? [];
  }

  follows(topic: string): boolean {
    return this.#subscriptions?.follows(topic) ?? false;
  }

  hearEntry(entry: LoggedEntry, topics: readonly string[]): void {
    this.#subscriptions?.hear(entry, topics);
    if (this.#access.isConcernedBy(entry)) this.#lookAgain();
  }

  hearPresence(presence: DevicePresence): void {
    if (!this.#connection.isBehind) this.#connection.sendText(presenceText(presence));
  }

  hearProgress(command: Command): void {
    const { id, progress } = command;
    // What is left out now comes with the next progress.
    if (progress === null || this.#connection.isBehind) return;
    this.#connection.sendText(progressText(command, progress, this.#told.last(id, progress)));
    this.#told.note(id, progress);
  }

  /** The role may reach less far than before. */
  #lookAgain(): void {
    this.#access.look(async (session) => {
      const topics = topicsOf([...this.topics()]);
      await this.options.sockets.live.authorizeTopics.execute(principalOfSession(session), topics);
    });
  }

  async #begin(devices: readonly Device[]): Promise<void> {
    try {
      const { presence, subscriptions } = this.#joined();
      for (const known of await Promise.all(devices.map((device) => presence.watch(device))))
        this.#connection.sendText(presenceText(known));
      await subscriptions.goOn();
    } catch (error) {
      this.options.logger.error({ err: error, connectionId: this.#connection.id }, 'a replay failed');
      this.#connection.close(closeCodes.internal, 'internal');
    }
  }

  #outlet(): ConstructorParameters<typeof Subscriptions>[1] {
    const connection = this.#connection;
    return {
      send: (entry, prevSeq) => void connection.sendText(eventText(entry, prevSeq)),
      sendAndWait: (entry, prevSeq) => connection.sendAndWait(eventText(entry, prevSeq)),
      caughtUp: (seq) => void connection.send({ type: 'caught_up', seq }),
      rest: () => sleep(restMs, undefined, { ref: false }),
    };
  }

  #joined(): CustomerLive & { readonly subscriptions: Subscriptions } {
    if (this.#live === null || this.#subscriptions === null) throw new Error('it was not met yet');
    return { ...this.#live, subscriptions: this.#subscriptions };
  }

  #end(fault: Fault): void {
    if (!this.#connection.isOpen) return;
    const requestId = this.options.ids.uuid();
    if (fault.code === 'internal')
      this.options.logger.error({ err: fault.cause, requestId }, 'access failed');
    this.#connection.send({ type: 'error', requestId, problem: problemOf(fault, requestId) });
    this.#connection.close(closeCodeOf(fault), fault.code);
  }
}

/** Each once. */
function topicsOf(named: readonly string[]): readonly Topic[] {
  const topics = new Map<string, Topic>();
  for (const [index, text] of named.entries()) {
    const topic = topicOf(text);
    if (topic === null) throw wrong(`topics.${index}`, 'is no topic');
    topics.set(topic.name, topic);
  }
  return [...topics.values()];
}

const wrong = (path: string, message: string): Fault =>
  generalFaults.invalid_request(undefined, { errors: [{ path, message }] });
