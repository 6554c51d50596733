import type { QueueDepth, Taken, TakeRequest } from '../../src/application/ports/dispatch-queue.js';
import type { Placement } from '../../src/domain/command/placement.js';

interface Entry {
  readonly rank: number;
  /** Null: open to whoever asks. */
  readonly closedUntil: number | null;
  /** Null: delayed, or open. */
  readonly holder: string | null;
}

interface State {
  nowMs: number;
  /** By device, then by id. */
  queues: Map<string, Map<string, Entry>>;
  /** `device|id`, and when time alone moves it. */
  due: Map<string, number>;
  /** `device|attempt`, and until when that attempt gets nothing new. */
  served: Map<string, number>;
  epoch: string | null;
  marks: Set<string>;
}

const servedMs = 300_000;

/**
 * What every dispatch queue must do, as plainly as it can be said. The port leaves one thing open: whether an id that
 * a taker saw open is closed again when the clock is set back before the end of its hold. `keepsOpen` says so.
 */
export class DispatchReference {
  readonly #keepsOpen: boolean;
  #state: State;

  constructor(keepsOpen: boolean, nowMs: number) {
    this.#keepsOpen = keepsOpen;
    this.#state = {
      nowMs,
      queues: new Map(),
      due: new Map(),
      served: new Map(),
      epoch: null,
      marks: new Set(),
    };
  }

  get nowMs(): number {
    return this.#state.nowMs;
  }

  /** Runs on a copy; the copy becomes the truth when `fits` says so. */
  tryOut(act: (copy: DispatchReference) => boolean): boolean {
    const copy = new DispatchReference(this.#keepsOpen, 0);
    copy.#state = structuredClone(this.#state);
    if (!act(copy)) return false;
    this.#state = copy.#state;
    return true;
  }

  step(byMs: number): void {
    this.#state.nowMs += byMs;
  }

  wipe(): void {
    this.#state = { ...new DispatchReference(this.#keepsOpen, this.nowMs).#state };
  }

  place(placements: readonly Placement[]): void {
    for (const placement of placements) this.#placeOne(placement);
  }

  take(deviceId: string, { limit, holdMs, dueInMs, attemptId, anew }: TakeRequest): Taken {
    const { nowMs, served, due } = this.#state;
    const attempt = `${deviceId}|${attemptId}`;
    const queue = this.#queue(deviceId);
    const complete = this.#state.epoch !== null;
    if (this.#keepsOpen) {
      for (const [id, entry] of queue)
        if (this.#isOpen(entry)) queue.set(id, { ...entry, closedUntil: null, holder: null });
    }
    const inOrder = [...queue].sort(([a, { rank: x }], [b, { rank: y }]) => x - y || (a < b ? -1 : 1));
    let ids = inOrder
      .filter(([, entry]) => !this.#isOpen(entry) && entry.holder === attemptId)
      .map(([id]) => id);
    if (ids.length === 0 && (anew || (served.get(attempt) ?? 0) <= nowMs)) {
      const open = inOrder.filter(([, entry]) => this.#isOpen(entry)).slice(0, limit);
      for (const [id, { rank }] of open) {
        queue.set(id, { rank, closedUntil: nowMs + holdMs, holder: attemptId });
        due.set(`${deviceId}|${id}`, nowMs + dueInMs);
      }
      ids = open.map(([id]) => id);
      if (ids.length > 0) served.set(attempt, nowMs + servedMs);
      else if (anew) served.delete(attempt);
    }
    const ahead = [...queue.values()].flatMap((entry) =>
      this.#isOpen(entry) ? [] : [entry.closedUntil ?? 0],
    );
    return { commandIds: ids, nextInMs: ahead.length === 0 ? null : Math.min(...ahead) - nowMs, complete };
  }

  /** `device|id` of everything that is due. Which of them a call shows first is the store's business. */
  due(): readonly string[] {
    return [...this.#state.due].filter(([, at]) => at <= this.nowMs).map(([key]) => key);
  }

  putOff(keys: readonly string[], retryMs: number): void {
    for (const key of keys) this.#state.due.set(key, this.nowMs + retryMs);
  }

  depth(deviceId: string): QueueDepth {
    const entries = [...this.#queue(deviceId).values()];
    const held = entries.filter((entry) => entry.holder !== null && !this.#isOpen(entry)).length;
    return { waiting: entries.length - held, held };
  }

  inEpoch(epoch: string): boolean {
    return this.#state.epoch === epoch;
  }

  beginRebuild(mark: string): void {
    this.#state.epoch = null;
    this.#state.marks.add(mark);
  }

  beginEpoch(epoch: string, mark: string): boolean {
    if (!this.#state.marks.has(mark)) return false;
    this.#state.marks.clear();
    this.#state.epoch = epoch;
    return true;
  }

  #placeOne(placement: Placement): void {
    const { nowMs, due, served } = this.#state;
    const { deviceId, commandId } = placement;
    const queue = this.#queue(deviceId);
    const dueInMs = placement.kind === 'drop' ? null : placement.dueInMs;
    if (dueInMs === null) due.delete(`${deviceId}|${commandId}`);
    else due.set(`${deviceId}|${commandId}`, nowMs + dueInMs);
    switch (placement.kind) {
      case 'offer': {
        const closedUntil = placement.delayMs === 0 ? null : nowMs + placement.delayMs;
        queue.set(commandId, { rank: placement.rank, closedUntil, holder: null });
        return;
      }
      case 'hold': {
        const { rank, attemptId: holder, forMs } = placement;
        queue.set(commandId, { rank, closedUntil: nowMs + forMs, holder });
        served.set(`${deviceId}|${holder}`, nowMs + servedMs);
        return;
      }
      case 'watch':
      case 'drop':
        queue.delete(commandId);
    }
  }

  #queue(deviceId: string): Map<string, Entry> {
    const queue = this.#state.queues.get(deviceId) ?? new Map<string, Entry>();
    this.#state.queues.set(deviceId, queue);
    return queue;
  }

  readonly #isOpen = ({ closedUntil }: Entry): boolean => closedUntil === null || closedUntil <= this.nowMs;
}
