import type { z } from 'zod';

/** One message on its way: the id under which everything that it causes is found. */
export interface Call {
  readonly requestId: string;
}

/** A message that may come over a connection, and what is done for it. */
export interface MessageRule<Peer> {
  readonly summary: string;
  readonly description?: string;
  /** Its members beside `type`, `id` and `requestId`. */
  readonly body: z.ZodObject;
  readonly reply: { readonly type: string; readonly body: z.ZodObject };
  /** Answered while later messages are served already; without it, messages are served one after the other. */
  readonly waits?: boolean;
  /** Resolves to the members of the reply beside `type`, `id` and `requestId`. A fault is answered with `error`. */
  handle(peer: Peer, body: unknown, call: Call): Promise<object>;
}

interface TypedRule<Peer, Body extends z.ZodObject, Reply extends z.ZodObject> extends Omit<
  MessageRule<Peer>,
  'body' | 'reply' | 'handle'
> {
  readonly body: Body;
  readonly reply: { readonly type: string; readonly body: Reply };
  handle(peer: Peer, body: z.output<Body>, call: Call): Promise<z.input<Reply>>;
}

/** A rule whose handler is held to its schemas. */
export const messageRule = <Peer, Body extends z.ZodObject, Reply extends z.ZodObject>(
  rule: TypedRule<Peer, Body, Reply>,
): MessageRule<Peer> => ({
  ...rule,
  handle: (peer, body, call) => rule.handle(peer, body as z.output<Body>, call),
});

/** The messages of one audience, by their `type`. */
export type MessageRules<Peer> = Readonly<Record<string, MessageRule<Peer>>>;

/** A message that the gateway sends by itself. */
export interface Announcement {
  readonly summary: string;
  /** Its members beside `type`. */
  readonly body: z.ZodObject;
}
