import type { Clock } from '../../application/ports/clock.js';
import type {
  Admission,
  DeviceSession,
  DeviceTokens,
  KeptToken,
  TokenLifetime,
} from '../../application/ports/device-tokens.js';
import type { Presence } from '../../application/ports/presence.js';
import type { RateLimiter, RateRule } from '../../application/ports/rate-limiter.js';
import type { Beat } from '../../domain/device/presence.js';
import type { InProcessDispatchQueue } from './in-process-dispatch-queue.js';
import { PrunedMap } from './pruned-map.js';

/** A device that signs in again and again keeps its newest tokens only. */
const mostPerDevice = 64;

interface Token {
  readonly session: DeviceSession;
  readonly idleMs: number;
  readonly idleUntilMs: number;
  readonly endsMs: number;
}

const isOver = ({ idleUntilMs, endsMs }: Token, nowMs: number): boolean =>
  Math.min(idleUntilMs, endsMs) <= nowMs;

/** The tokens of one process. A restart costs every device a sign-in. */
export class InProcessDeviceTokens implements DeviceTokens {
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #queue: Pick<InProcessDispatchQueue, 'stateOf'>;
  readonly #presence: Pick<Presence, 'beat'>;
  readonly #tokens = new PrunedMap<Token>(isOver);
  /** Hashes by device, the oldest first. */
  readonly #ofDevice = new PrunedMap<Set<string>>((hashes, nowMs) => this.#live(hashes, nowMs).size === 0);

  /** `limiter` counts the devices' budgets, `queue` holds what waits for them, `presence` their beats. */
  constructor(
    clock: Clock,
    limiter: RateLimiter,
    queue: Pick<InProcessDispatchQueue, 'stateOf'>,
    presence: Pick<Presence, 'beat'>,
  ) {
    this.#clock = clock;
    this.#limiter = limiter;
    this.#queue = queue;
    this.#presence = presence;
  }

  put(tokenHash: string, session: DeviceSession, { idleMs, lifeMs }: TokenLifetime): Promise<void> {
    const nowMs = this.#nowMs();
    const { deviceId } = session;
    const hashes = this.#live(this.#ofDevice.get(deviceId) ?? new Set(), nowMs);
    hashes.delete(tokenHash);
    for (const surplus of [...hashes].slice(0, Math.max(0, hashes.size + 1 - mostPerDevice))) {
      hashes.delete(surplus);
      this.#tokens.delete(surplus);
    }
    hashes.add(tokenHash);
    this.#tokens.set(
      tokenHash,
      { session, idleMs, idleUntilMs: nowMs + idleMs, endsMs: nowMs + lifeMs },
      nowMs,
    );
    this.#ofDevice.set(deviceId, hashes, nowMs);
    return Promise.resolve();
  }

  async admit(token: KeptToken, budget: RateRule): Promise<Admission> {
    const session = this.#find(token);
    if (session === null) return { kind: 'unknown' };
    const verdict = await this.#limiter.spend(budget, token.deviceId);
    const queue = this.#queue.stateOf(token.deviceId);
    return { kind: verdict.allowed ? 'admitted' : 'limited', session, verdict, queue };
  }

  async admitBeat(token: KeptToken, budget: RateRule, beat: Beat): Promise<Admission> {
    const admission = await this.admit(token, budget);
    if (admission.kind === 'admitted') await this.#presence.beat(token.deviceId, beat);
    return admission;
  }

  revoke({ deviceId, hash }: KeptToken): Promise<void> {
    if (this.#tokens.get(hash)?.session.deviceId === deviceId) this.#forget(hash, deviceId);
    return Promise.resolve();
  }

  revokeAll(deviceId: string): Promise<number> {
    const hashes = this.#live(this.#ofDevice.get(deviceId) ?? new Set(), this.#nowMs());
    for (const hash of hashes) this.#tokens.delete(hash);
    this.#ofDevice.delete(deviceId);
    return Promise.resolve(hashes.size);
  }

  #find({ deviceId, hash }: KeptToken): DeviceSession | null {
    const nowMs = this.#nowMs();
    const token = this.#tokens.get(hash);
    if (token?.session.deviceId !== deviceId) return null;
    if (isOver(token, nowMs)) {
      this.#forget(hash, deviceId);
      return null;
    }
    const idleUntilMs = nowMs + token.idleMs;
    if (idleUntilMs - token.idleUntilMs >= token.idleMs / 1_000) {
      this.#tokens.set(hash, { ...token, idleUntilMs }, nowMs);
    }
    return token.session;
  }

  #forget(tokenHash: string, deviceId: string): void {
    this.#tokens.delete(tokenHash);
    const hashes = this.#ofDevice.get(deviceId);
    hashes?.delete(tokenHash);
    if (hashes?.size === 0) this.#ofDevice.delete(deviceId);
  }

  #live(hashes: ReadonlySet<string>, nowMs: number): Set<string> {
    const live = [...hashes].filter((hash) => {
      const token = this.#tokens.get(hash);
      return token !== undefined && !isOver(token, nowMs);
    });
    return new Set(live);
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
