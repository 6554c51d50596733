import type { Presence } from '../../application/ports/presence.js';
import type { Beat } from '../../domain/device/presence.js';
import { PrunedMap } from './pruned-map.js';

const sampleSpanMs = 15_000;
const hourMs = 3_600_000;
const mostSamples = 240;
const latestLivesMs = 30 * 24 * hourMs;

/** The latest beat and at most one sample per 15 s of the last hour. */
export class InProcessPresence implements Presence {
  readonly #latest = new PrunedMap<Beat>(({ at }, nowMs) => at.getTime() <= nowMs - latestLivesMs);
  readonly #samples = new PrunedMap<readonly Beat[]>((beats, nowMs) =>
    beats.every(({ at }) => isOld(at, nowMs)),
  );

  beat(deviceId: string, beat: Beat): Promise<void> {
    const atMs = beat.at.getTime();
    const known = this.#latest.get(deviceId);
    if (known === undefined || known.at <= beat.at) this.#latest.set(deviceId, beat, atMs);

    const recent = (this.#samples.get(deviceId) ?? []).filter(({ at }) => !isOld(at, atMs));
    if (!recent.some(({ at }) => spanOf(at) === spanOf(beat.at))) {
      const samples = [...recent, beat].sort((a, b) => a.at.getTime() - b.at.getTime());
      this.#samples.set(deviceId, samples.slice(-mostSamples), atMs);
    }
    return Promise.resolve();
  }

  latest(deviceIds: readonly string[]): Promise<readonly (Beat | null)[]> {
    return Promise.resolve(deviceIds.map((deviceId) => this.#latest.get(deviceId) ?? null));
  }

  lastHour(deviceId: string, now: Date): Promise<readonly Beat[]> {
    const beats = this.#samples.get(deviceId) ?? [];
    const within = beats.filter(({ at }) => at <= now && !isOld(at, now.getTime()));
    return Promise.resolve(within.slice(-mostSamples));
  }
}

const isOld = (at: Date, nowMs: number): boolean => at.getTime() <= nowMs - hourMs;
const spanOf = (at: Date): number => Math.floor(at.getTime() / sampleSpanMs);
