import type { Clock } from '../../application/ports/clock.js';
import type { DeviceSession, DeviceTokens, TokenLifetime } from '../../application/ports/device-tokens.js';
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
  readonly #tokens = new PrunedMap<Token>(isOver);
  /** Hashes by device, the oldest first. */
  readonly #ofDevice = new PrunedMap<Set<string>>((hashes, nowMs) => this.#live(hashes, nowMs).size === 0);

  constructor(clock: Clock) {
    this.#clock = clock;
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

  find(tokenHash: string): Promise<DeviceSession | null> {
    const nowMs = this.#nowMs();
    const token = this.#tokens.get(tokenHash);
    if (token === undefined) return Promise.resolve(null);
    if (isOver(token, nowMs)) {
      this.#forget(tokenHash, token.session.deviceId);
      return Promise.resolve(null);
    }
    this.#tokens.set(tokenHash, { ...token, idleUntilMs: nowMs + token.idleMs }, nowMs);
    return Promise.resolve(token.session);
  }

  revoke(tokenHash: string): Promise<void> {
    const token = this.#tokens.get(tokenHash);
    if (token !== undefined) this.#forget(tokenHash, token.session.deviceId);
    return Promise.resolve();
  }

  revokeAll(deviceId: string): Promise<number> {
    const hashes = this.#live(this.#ofDevice.get(deviceId) ?? new Set(), this.#nowMs());
    for (const hash of hashes) this.#tokens.delete(hash);
    this.#ofDevice.delete(deviceId);
    return Promise.resolve(hashes.size);
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
