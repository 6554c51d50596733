import type { Command, Connection } from '../api/things.js';

/** An entry of the customer's log, as it is told live. */
export interface LiveEvent {
  readonly seq: number;
  readonly prevSeq: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly actor: { readonly kind: string; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
}

/** How a device looks now. */
export interface LivePresence {
  readonly deviceId: string;
  readonly connection: Connection;
  readonly status: string | null;
  readonly lastSeenAt: string | null;
  readonly metrics: Readonly<Record<string, number>> | null;
  readonly agentVersion: string | null;
}

/** How far a command has come. */
export interface LiveProgress {
  readonly commandId: string;
  readonly deviceId: string;
  readonly sessionId: string | null;
  readonly attempt: number;
  readonly percent: number | null;
  readonly message: string | null;
  readonly output: string | null;
  readonly at: string | null;
  /** Number of the first of the pieces. */
  readonly from: number;
  /** Of the output of this attempt, those that did not come before. */
  readonly pieces: readonly string[];
}

/** As a command tells its progress; of its output it has what came with this message. */
export function progressOf(heard: LiveProgress): NonNullable<Command['progress']> {
  const { attempt, percent, message, output, at, from, pieces } = heard;
  return { attempt, percent, message, output, at: at ?? new Date().toISOString(), from, pieces: [...pieces] };
}

export type LiveMessage =
  | { readonly type: 'welcome'; readonly customerId: string; readonly seq: number }
  | {
      readonly type: 'subscribed';
      readonly id?: string;
      readonly topics: readonly string[];
      readonly seq: number;
      readonly replayFrom: number | null;
    }
  | { readonly type: 'caught_up'; readonly seq: number }
  | ({ readonly type: 'event' } & LiveEvent)
  | ({ readonly type: 'presence' } & LivePresence)
  | ({ readonly type: 'progress' } & LiveProgress)
  | { readonly type: 'goodbye'; readonly reconnectInMs?: number }
  | { readonly type: 'error'; readonly id?: string; readonly problem: { readonly code: string } }
  | { readonly type: 'pong' | 'unsubscribed' };

/** Null for what this portal does not understand: a newer gateway may say more. */
export function liveMessageOf(text: unknown): LiveMessage | null {
  if (typeof text !== 'string') return null;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('type' in message)) return null;
    return message as LiveMessage;
  } catch {
    return null;
  }
}
