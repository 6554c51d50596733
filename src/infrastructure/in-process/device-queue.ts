import type { QueueDepth, TakeRequest } from '../../application/ports/dispatch-queue.js';

type Standing =
  | { readonly kind: 'ready' }
  | { readonly kind: 'delayed'; readonly untilMs: number }
  | { readonly kind: 'held'; readonly untilMs: number; readonly attemptId: string };

interface Entry {
  readonly commandId: string;
  readonly rank: number;
  readonly standing: Standing;
}

/** One device's queue. Instants are in ms since 1970. */
export class DeviceQueue {
  readonly #entries = new Map<string, Entry>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  put(commandId: string, rank: number, standing: Standing): void {
    this.#entries.set(commandId, { commandId, rank, standing });
  }

  drop(commandId: string): void {
    this.#entries.delete(commandId);
  }

  /** What is in hold for this attempt, in the order of the queue. */
  heldBy(attemptId: string, nowMs: number): readonly string[] {
    return this.#inOrder(
      ({ standing }) =>
        standing.kind === 'held' && standing.untilMs > nowMs && standing.attemptId === attemptId,
    ).map(({ commandId }) => commandId);
  }

  take({ limit, holdMs, attemptId }: TakeRequest, nowMs: number): readonly string[] {
    const taken = this.#inOrder(({ standing }) => isOpen(standing, nowMs)).slice(0, limit);
    for (const { commandId, rank } of taken) {
      this.put(commandId, rank, { kind: 'held', untilMs: nowMs + holdMs, attemptId });
    }
    return taken.map(({ commandId }) => commandId);
  }

  /** In how many ms something becomes available by time alone; null when nothing will. */
  nextInMs(nowMs: number): number | null {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const { standing } of this.#entries.values()) {
      if (!isOpen(standing, nowMs) && standing.kind !== 'ready') nextAt = Math.min(nextAt, standing.untilMs);
    }
    return nextAt === Number.POSITIVE_INFINITY ? null : nextAt - nowMs;
  }

  depth(nowMs: number): QueueDepth {
    let held = 0;
    for (const { standing } of this.#entries.values()) {
      if (standing.kind === 'held' && standing.untilMs > nowMs) held += 1;
    }
    return { waiting: this.#entries.size - held, held };
  }

  #inOrder(isMeant: (entry: Entry) => boolean): readonly Entry[] {
    return [...this.#entries.values()].filter(isMeant).sort(byRank);
  }
}

const isOpen = (standing: Standing, nowMs: number): boolean =>
  standing.kind === 'ready' || standing.untilMs <= nowMs;

const byRank = (a: Entry, b: Entry): number => a.rank - b.rank || (a.commandId < b.commandId ? -1 : 1);
