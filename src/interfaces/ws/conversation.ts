import type { RawData } from 'ws';
import type { z } from 'zod';
import { Fault } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { RequestContext } from '../http/http-server-options.js';
import { problemOf } from '../http/problem.js';
import { isRequestId } from '../http/request-context.js';
import { refusal } from '../http/zod-compilers.js';
import { closeCodeOf, closeCodes } from './close-codes.js';
import type { Connection } from './connection.js';
import { MessageBudget } from './message-budget.js';
import type { MessageRule } from './message-rule.js';
import type { SocketAudience, SocketPeer, SocketSession } from './socket-audience.js';
import type { SocketSurroundings } from './socket-surroundings.js';

/** What may wait for its turn: of one that is signed in, and of a stranger. */
const mostWaitingBytes = 4 * 1_048_576;
const mostStrangeBytes = 65_536;
/** Messages that are answered while others are served, such as claims that wait. */
const mostParked = 16;

type Message = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * What is said over one connection: sign-in, then one message after the other, each answered under its `id`. It
 * translates and nothing else.
 */
export class Conversation<Session extends SocketSession, Peer extends SocketPeer> {
  readonly #audience: SocketAudience<Session, Peer>;
  readonly #around: SocketSurroundings;
  readonly #connection: Connection;
  readonly #onKnown: () => void;
  readonly #budget = new MessageBudget(performance.now());
  #peer: Peer | null = null;
  #isOver = false;
  #turn: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  /** Made when it is needed, which is never on most connections. */
  #parked: Set<Promise<void>> | null = null;

  /** `onKnown` is called when the peer has said who it is. */
  constructor(
    audience: SocketAudience<Session, Peer>,
    around: SocketSurroundings,
    connection: Connection,
    onKnown: () => void,
  ) {
    this.#audience = audience;
    this.#around = around;
    this.#connection = connection;
    this.#onKnown = onKnown;
  }

  get isSignedIn(): boolean {
    return this.#peer !== null;
  }

  /** For one that showed who it is with the handshake. What it says at once waits until it was greeted. */
  begin(session: Session, requestId: string): void {
    this.#turn = this.#guard(requestId, undefined, (context) => this.#meet(session, context, undefined)).then(
      () => undefined,
    );
  }

  receive(data: RawData, isBinary: boolean): void {
    if (this.#isOver) return;
    const bytes = Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
    if (isBinary) this.#end(closeCodes.policy, 'text frames only');
    else if (bytes > this.#audience.mostFrameBytes) this.#end(closeCodes.tooBig, 'the frame is too big');
    else if (!this.#budget.spend(performance.now())) this.#end(closeCodes.policy, 'too many messages');
    else if (this.#waitingBytes + bytes > (this.isSignedIn ? mostWaitingBytes : mostStrangeBytes))
      this.#end(closeCodes.policy, 'too much at once');
    else this.#queue(messageOf(data), bytes);
  }

  /** Resolves when everything that has been said is answered. */
  async idle(): Promise<void> {
    await this.#turn;
    if (this.#parked !== null) await Promise.all(this.#parked);
    await this.#peer?.idle?.();
  }

  /** Whether the peer may stay, now and then. */
  async look(): Promise<void> {
    const peer = this.#peer;
    if (peer === null) return;
    await this.#guard(this.#around.ids.uuid(), undefined, () => peer.look(), 'end it');
  }

  /** The connection is over. Calling it again changes nothing. */
  gone(): void {
    this.#isOver = true;
    const peer = this.#peer;
    this.#peer = null;
    peer?.gone();
  }

  #queue(message: Message | null, bytes: number): void {
    if (message === null) {
      this.#end(closeCodes.policy, 'not a JSON object with a type');
      return;
    }
    this.#waitingBytes += bytes;
    this.#turn = this.#turn.then(async () => {
      this.#waitingBytes -= bytes;
      if (!this.#isOver) await this.#serve(message);
    });
  }

  /** What waits is answered while later messages have their turn. */
  async #serve(message: Message): Promise<void> {
    const answered = this.#answer(message);
    if (this.#ruleOf(message.type)?.waits !== true) {
      await answered;
      return;
    }
    const parked = (this.#parked ??= new Set());
    parked.add(answered);
    void answered.finally(() => parked.delete(answered));
  }

  async #answer({ type, id, requestId: given, ...body }: Message): Promise<void> {
    const begun = performance.now();
    const requestId = isRequestId(given) ? given : this.#around.ids.uuid();
    const outcome = await this.#guard(requestId, id, async (context) => {
      if (id !== undefined && !isMessageId(id)) throw wrongMember('id', 'must be a string or an integer');
      if (this.#peer === null) {
        if (type !== 'auth') throw generalFaults.unauthenticated('Say who you are first.');
        const session = await this.#audience.signIn(parse(this.#audience.credentials, body), { requestId });
        await this.#meet(session, context, id);
        return;
      }
      const rule = this.#ruleOf(type);
      if (rule === undefined) throw wrongMember('type', 'is not known here');
      if (rule.waits === true && (this.#parked?.size ?? 0) >= mostParked)
        throw generalFaults.rate_limited('Too many calls are waiting.');
      const reply = await rule.handle(this.#peer, parse(rule.body, body), { requestId });
      this.#say(rule.reply.type, id, requestId, reply);
    });
    const word = type === 'auth' || this.#ruleOf(type) !== undefined ? type : 'unknown';
    this.#around.meter?.answered(this.#audience.path, word, outcome, (performance.now() - begun) / 1_000);
  }

  #ruleOf(type: string): MessageRule<Peer> | undefined {
    const { rules } = this.#audience;
    return this.#peer !== null && Object.hasOwn(rules, type) ? rules[type] : undefined;
  }

  async #meet(session: Session, context: RequestContext, id: unknown): Promise<void> {
    context.customerId = session.customerId;
    const peer = await this.#audience.meet(session, this.#connection);
    if (this.#isOver) {
      peer.gone();
      return;
    }
    this.#peer = peer;
    this.#onKnown();
    this.#say('welcome', id, context.requestId, peer.welcome());
    peer.greeted?.();
  }

  #say(type: string, id: unknown, requestId: string, members: object): void {
    this.#connection.send({ type, ...(id !== undefined && { id }), requestId, ...members });
  }

  /**
   * Runs work in a context of its own; what it throws is told as a problem. Never rejects; answers `ok`, or the code of
   * the problem.
   */
  async #guard(
    requestId: string,
    id: unknown,
    work: (context: RequestContext) => Promise<void>,
    faults: 'are answered' | 'end it' = 'are answered',
  ): Promise<string> {
    const context: RequestContext = { requestId, customerId: this.#peer?.customerId ?? null };
    try {
      await new Promise<void>((resolve, reject) => {
        this.#around.withRequestContext(context, () => {
          work(context).then(resolve, reject);
        });
      });
      return 'ok';
    } catch (error) {
      const fault = error instanceof Fault ? error : generalFaults.internal(undefined, { cause: error });
      this.#note(fault, requestId);
      this.#connection.send({
        type: 'error',
        ...(isMessageId(id) && { id }),
        requestId,
        problem: problemOf(fault, requestId),
      });
      if (faults === 'end it' || fault.kind === 'unauthenticated' || !this.isSignedIn)
        this.#end(closeCodeOf(fault), fault.code);
      return fault.code;
    }
  }

  #note(fault: Fault, requestId: string): void {
    if (fault.kind !== 'unavailable') return;
    const err = fault.cause instanceof Error ? fault.cause : fault;
    const facts = { err, code: fault.code, requestId, connectionId: this.#connection.id };
    if (fault.code === 'internal') this.#around.log.error(facts, 'a message failed');
    else this.#around.log.warn(facts, 'a message cannot be served now');
  }

  #end(code: Parameters<Connection['close']>[0], reason: string): void {
    this.#connection.close(code, reason);
    // Not only when the peer has taken note of it: by then more might be claimed for it.
    this.gone();
  }
}

const isMessageId = (id: unknown): id is string | number =>
  typeof id === 'string' ? id.length > 0 && id.length <= 128 : Number.isSafeInteger(id);

const wrongMember = (path: string, message: string): Fault =>
  generalFaults.invalid_request(undefined, { errors: [{ path, message }] });

function parse(schema: z.ZodObject, body: unknown): unknown {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusal(parsed.error);
  return parsed.data;
}

function messageOf(data: RawData): Message | null {
  try {
    const value: unknown = JSON.parse(textOf(data));
    const isMessage =
      typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
    return isMessage ? (value as Message) : null;
  } catch {
    return null;
  }
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString();
