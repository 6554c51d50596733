import { Fault } from '../../src/domain/shared/fault.js';
import type { CommandReference } from './command-reference.js';
import type { GatewayWorld, RecordedCommand } from './gateway-world.js';
import { GatewayDied } from './interrupted-queue.js';

export interface HandedOut {
  readonly id: string;
  readonly token: string;
}

/** How a call ended: `ok`, the code of a refusal, or `died`. */
export interface Answer {
  readonly outcome: string;
  readonly claimed?: readonly HandedOut[];
}

/** One thing that happened to one command or device: what the model makes of it, and whether that is what was seen. */
export interface ModelEvent {
  readonly kind: string;
  readonly apply: (model: CommandReference) => string;
  readonly fits: (outcome: string) => boolean;
}

export interface Prepared {
  readonly call: (world: GatewayWorld) => Promise<Answer>;
  /** Events in their order; the record shows what an answer that was lost had done. */
  readonly events: (answer: Answer, record: readonly RecordedCommand[]) => readonly ModelEvent[];
  /** What must hold beside that when nothing else went on: null, or what is wrong. `before` stood before the call. */
  readonly judge?: (answer: Answer, before: CommandReference, after: CommandReference) => string | null;
}

/** Something that somebody does. What it is done to is picked from what there is; null when there is nothing. */
export interface Operation {
  readonly kind: string;
  readonly prepare: (model: CommandReference) => Prepared | null;
}

/** The nth of the list from its end, since what is new matters most. */
export const pick = <Item>(list: readonly Item[], n: number): Item | undefined =>
  list.at(-1 - (n % Math.max(1, list.length)));

export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return codeOf(error);
  }
}

export function codeOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  if (error instanceof GatewayDied) return 'died';
  throw error;
}

/** An operation with one answer and one event. `seen` may tell apart what the model calls by other names. */
export function single(
  kind: string,
  apply: (model: CommandReference) => string,
  call: (world: GatewayWorld) => Promise<unknown>,
  also: Readonly<Record<string, string>> = {},
): Prepared {
  return {
    call: async (world) => ({ outcome: await outcomeOf(call(world)) }),
    events: ({ outcome }) => [{ kind, apply, fits: (modelled) => (also[modelled] ?? modelled) === outcome }],
  };
}
