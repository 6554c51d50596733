import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Connection } from './connection.js';
import type { Announcement, Call, MessageRules } from './message-rule.js';

/** Who speaks at the other end, once signed in. */
export interface SocketPeer {
  /** Whose rows its messages may touch. */
  readonly customerId: string;
  /** The members of the `welcome` that it is greeted with, beside `type`, `id` and `requestId`. */
  welcome(): object;
  /** The `welcome` has been said. */
  greeted?(): void;
  /** Resolves when what it does by itself has come to its end, after the gateway began to stop. */
  idle?(): Promise<void>;
  /** Called with every ping. Rejects with the fault that ends the connection when it may not stay. */
  look(): Promise<void>;
  /** The connection is over, for whatever reason; called once. */
  gone(): void;
}

/** What a sign-in proves. */
export interface SocketSession {
  readonly customerId: string;
}

/**
 * Those who connect to one path: how they sign in, and what they may say. `Session` is what a sign-in proves; the
 * peer is made from it once there is a connection.
 */
export interface SocketAudience<Session extends SocketSession, Peer extends SocketPeer> {
  /** One word, and a sentence about it. */
  readonly name: string;
  readonly summary: string;
  /** With which of the document's security schemes. */
  readonly security: readonly ('deviceToken' | 'accessToken' | 'apiKey')[];
  readonly path: string;
  readonly mostFrameBytes: number;
  readonly rules: MessageRules<Peer>;
  /** What the gateway says by itself, by `type`; `welcome`, `goodbye` and `error` are everybody's. */
  readonly announcements: Readonly<Record<string, Announcement>>;
  readonly welcome: z.ZodObject;
  /** The members of an `auth` message beside `type`, `id` and `requestId`. */
  readonly credentials: z.ZodObject;
  /** Throws the fault that refuses the handshake. */
  checkHandshake(request: FastifyRequest): void;
  /** As they would stand in an `auth` message; null when the headers name nobody. Throws when they name two. */
  credentialsOf(request: FastifyRequest): unknown;
  signIn(credentials: unknown, call: Call): Promise<Session>;
  /** Called in the context of the session's customer. Rejects with the fault that ends the connection. */
  meet(session: Session, connection: Connection): Promise<Peer>;
}
