import type { Beat } from '../../domain/device/presence.js';
import type {
  Admission,
  DeviceSession,
  DeviceTokens,
  KeptToken,
  TokenLifetime,
} from '../ports/device-tokens.js';
import type { LiveBus } from '../ports/live-bus.js';
import type { RateRule } from '../ports/rate-limiter.js';

/**
 * Device tokens whose end is told. The entry about a sign-out is committed, and told, before the tokens are gone: who
 * heard of it only then would find them alive.
 */
export class AnnouncedDeviceTokens implements DeviceTokens {
  readonly #tokens: DeviceTokens;
  readonly #live: LiveBus;

  constructor(tokens: DeviceTokens, live: LiveBus) {
    this.#tokens = tokens;
    this.#live = live;
  }

  put(hash: string, session: DeviceSession, lifetime: TokenLifetime): Promise<void> {
    return this.#tokens.put(hash, session, lifetime);
  }

  admit(token: KeptToken, budget: RateRule): Promise<Admission> {
    return this.#tokens.admit(token, budget);
  }

  admitBeat(token: KeptToken, budget: RateRule, beat: Beat): Promise<Admission> {
    return this.#tokens.admitBeat(token, budget, beat);
  }

  async revoke(token: KeptToken): Promise<void> {
    await this.#told(token.deviceId, () => this.#tokens.revoke(token));
  }

  async revokeAll(deviceId: string): Promise<number> {
    return this.#told(deviceId, () => this.#tokens.revokeAll(deviceId));
  }

  /** Also when it rejects: a call whose answer was lost may have been made. */
  async #told<Answer>(deviceId: string, revoke: () => Promise<Answer>): Promise<Answer> {
    try {
      return await revoke();
    } finally {
      void this.#live.tell({ kind: 'device', deviceId });
    }
  }
}
