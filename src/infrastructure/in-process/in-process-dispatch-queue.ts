import type { Clock } from '../../application/ports/clock.js';
import type {
  DispatchQueue,
  DueCommand,
  QueueDepth,
  QueueState,
  Taken,
  TakeRequest,
} from '../../application/ports/dispatch-queue.js';
import type { Placement } from '../../domain/command/placement.js';
import { DeviceQueue } from './device-queue.js';
import { PrunedMap } from './pruned-map.js';

const servedMs = 300_000;

/** The queues of one process. A restart empties them and ends the epoch, and they are filled again from Postgres. */
export class InProcessDispatchQueue implements DispatchQueue {
  readonly #clock: Clock;
  readonly #queues = new Map<string, DeviceQueue>();
  readonly #due = new Map<string, DueCommand & { readonly atMs: number }>();
  /** Until when an attempt of a device, for which ids were placed in hold, takes no others. */
  readonly #served = new PrunedMap<number>((untilMs, nowMs) => untilMs <= nowMs);
  readonly #rebuilds = new Set<string>();
  #epoch: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  place(placements: readonly Placement[]): Promise<void> {
    for (const placement of placements) this.#placeOne(placement);
    return Promise.resolve();
  }

  take(deviceId: string, request: TakeRequest): Promise<Taken> {
    const nowMs = this.#nowMs();
    const complete = this.#epoch !== null;
    const queue = this.#queues.get(deviceId);
    const served = servedKey(deviceId, request.attemptId);
    if (queue === undefined) {
      if (request.anew) this.#served.delete(served);
      return Promise.resolve({ commandIds: [], nextInMs: null, complete });
    }
    let commandIds = queue.heldBy(request.attemptId, nowMs);
    if (commandIds.length === 0 && (request.anew || (this.#served.get(served) ?? 0) <= nowMs)) {
      commandIds = queue.take(request, nowMs);
      const atMs = nowMs + request.dueInMs;
      for (const commandId of commandIds)
        this.#due.set(dueKey({ deviceId, commandId }), { deviceId, commandId, atMs });
      if (commandIds.length > 0) this.#served.set(served, nowMs + servedMs, nowMs);
      else if (request.anew) this.#served.delete(served);
    }
    return Promise.resolve({ commandIds, nextInMs: queue.nextInMs(nowMs), complete });
  }

  takeDue(limit: number, retryMs: number): Promise<readonly DueCommand[]> {
    const nowMs = this.#nowMs();
    const due = [...this.#due.values()]
      .filter(({ atMs }) => atMs <= nowMs)
      .sort((a, b) => a.atMs - b.atMs)
      .slice(0, limit)
      .map(({ deviceId, commandId }) => ({ deviceId, commandId }));
    for (const command of due) this.#due.set(dueKey(command), { ...command, atMs: nowMs + retryMs });
    return Promise.resolve(due);
  }

  depth(deviceId: string): Promise<QueueDepth> {
    return Promise.resolve(this.#depthOf(deviceId));
  }

  /** For those who look at the queue on their way to something else. */
  stateOf(deviceId: string): QueueState {
    return { ...this.#depthOf(deviceId), complete: this.#epoch !== null };
  }

  inEpoch(epoch: string): Promise<boolean> {
    return Promise.resolve(this.#epoch === epoch);
  }

  beginRebuild(mark: string): Promise<void> {
    this.#epoch = null;
    this.#rebuilds.add(mark);
    return Promise.resolve();
  }

  beginEpoch(epoch: string, mark: string): Promise<boolean> {
    const begun = this.#rebuilds.has(mark);
    if (begun) {
      this.#rebuilds.clear();
      this.#epoch = epoch;
    }
    return Promise.resolve(begun);
  }

  #depthOf(deviceId: string): QueueDepth {
    return this.#queues.get(deviceId)?.depth(this.#nowMs()) ?? { waiting: 0, held: 0 };
  }

  #placeOne(placement: Placement): void {
    const { deviceId, commandId, kind } = placement;
    const nowMs = this.#nowMs();
    const dueInMs = kind === 'drop' ? null : placement.dueInMs;
    if (dueInMs === null) this.#due.delete(dueKey(placement));
    else this.#due.set(dueKey(placement), { deviceId, commandId, atMs: nowMs + dueInMs });

    const queue = this.#queues.get(deviceId) ?? new DeviceQueue();
    switch (kind) {
      case 'offer': {
        const { rank, delayMs } = placement;
        const delayed = { kind: 'delayed', untilMs: nowMs + delayMs } as const;
        queue.put(commandId, rank, delayMs > 0 ? delayed : { kind: 'ready' });
        break;
      }
      case 'hold': {
        const { rank, attemptId, forMs } = placement;
        queue.put(commandId, rank, { kind: 'held', untilMs: nowMs + forMs, attemptId });
        this.#served.set(servedKey(deviceId, attemptId), nowMs + servedMs, nowMs);
        break;
      }
      case 'watch':
      case 'drop':
        queue.drop(commandId);
    }
    // A device without commands costs nothing.
    if (queue.isEmpty) this.#queues.delete(deviceId);
    else this.#queues.set(deviceId, queue);
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

const dueKey = ({ deviceId, commandId }: DueCommand): string => `${deviceId}|${commandId}`;
const servedKey = (deviceId: string, attemptId: string): string => `${deviceId}|${attemptId}`;
