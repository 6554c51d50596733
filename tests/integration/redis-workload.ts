import { setTimeout as pause } from 'node:timers/promises';
import type { DispatchQueue, Taken } from '../../src/application/ports/dispatch-queue.js';
import { Fault } from '../../src/domain/shared/fault.js';

export interface WorkloadReport {
  readonly calls: number;
  /** Why calls were refused as `dependency_unavailable`: done or not, nobody knows. */
  readonly unavailable: readonly string[];
  /** What else calls were refused with. */
  readonly surprises: readonly unknown[];
  /** Ids whose offer was acknowledged. */
  readonly offered: readonly string[];
  /** Of these, the ones that nobody got. */
  readonly lost: readonly string[];
  /** Ids that two attempts got, though each was offered once and every hold outlives the run. */
  readonly doubled: readonly string[];
}

export interface Workload {
  /** How many calls were answered since the last look. */
  answered(): number;
  /** No more offers; then takes what is left, under the same rules, and reports. */
  end(): Promise<WorkloadReport>;
}

const holdMs = 600_000;
/** Between two calls of one actor. It bounds the load, and no assertion depends on it. */
const paceMs = 3;
const takersPerDevice = 2;

/**
 * Offers, takes and drops, for each device by several at once. An offer that was not acknowledged is not repeated:
 * the next one has an id of its own. A take that was not answered is repeated under the same attempt.
 */
export function startWorkload(queue: DispatchQueue, devices: readonly string[]): Workload {
  const offered = new Set<string>();
  const holders = new Map<string, Set<string>>();
  const surprises: unknown[] = [];
  const unavailable: string[] = [];
  let [calls, answers, attempts] = [0, 0, 0];
  let running = true;

  /** Null when it was refused. */
  async function call<T>(work: () => Promise<T>): Promise<T | null> {
    calls += 1;
    try {
      const answer = await work();
      answers += 1;
      return answer;
    } catch (error) {
      const isAway = error instanceof Fault && error.code === 'dependency_unavailable';
      if (isAway) unavailable.push(String(error.cause));
      else surprises.push(error);
      return null;
    } finally {
      await pause(paceMs);
    }
  }

  async function offerTo(deviceId: string): Promise<void> {
    for (let rank = 0; running; rank += 1) {
      const commandId = `${deviceId}.${String(rank)}`;
      const offer = { kind: 'offer', deviceId, commandId, rank, delayMs: 0, dueInMs: holdMs } as const;
      if ((await call(() => queue.place([offer]).then(() => true))) === true) offered.add(commandId);
    }
  }

  async function takeOnce(deviceId: string): Promise<readonly string[]> {
    const attemptId = `attempt-${String((attempts += 1))}`;
    const request = { limit: 3, holdMs, dueInMs: holdMs, attemptId, anew: false };
    const until = performance.now() + 60_000;
    let taken: Taken | null = null;
    while (taken === null) {
      taken = await call(() => queue.take(deviceId, request));
      if (performance.now() > until) throw new Error('The queue did not come back within a minute.');
    }
    const { commandIds } = taken;
    for (const id of commandIds) {
      const known = holders.get(id) ?? new Set();
      holders.set(id, known.add(attemptId));
    }
    return commandIds;
  }

  async function takeFrom(deviceId: string): Promise<void> {
    while (running) {
      const taken = await takeOnce(deviceId);
      // One in three is left in its hold, where nobody else may find it.
      const finished = taken.filter((_, n) => n % 3 !== 2);
      const drops = finished.map((commandId) => ({ kind: 'drop', deviceId, commandId }) as const);
      if (drops.length > 0) await call(() => queue.place(drops));
    }
  }

  const actors = devices.flatMap((device) => [
    offerTo(device),
    ...Array.from({ length: takersPerDevice }, () => takeFrom(device)),
  ]);
  return {
    answered: () => {
      const since = answers;
      answers = 0;
      return since;
    },
    end: async () => {
      running = false;
      await Promise.all(actors);
      for (const device of devices) while ((await takeOnce(device)).length > 0);
      const doubled = [...holders].filter(([, { size }]) => size > 1).map(([id]) => id);
      const lost = [...offered].filter((id) => !holders.has(id));
      return { calls, unavailable, surprises, offered: [...offered], lost, doubled };
    },
  };
}
