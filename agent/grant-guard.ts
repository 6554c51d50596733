import type { AgentLog } from './agent-log.js';
import { errorMessage } from './error-words.js';
import type { GatewayClient } from './gateway-client.js';
import type { GatewayClock } from './gateway-clock.js';
import { whyNotGranted } from './grant-check.js';
import { findPin, followSuccessions, readPins } from './key-pins.js';
import type { PinnedKey } from './key-pins.js';
import { saveDeviceState } from './state-file.js';
import type { DeviceState } from './state-file.js';
import { publishedKeys } from './wire-contract.js';
import type { ClaimedCommand } from './wire-contract.js';

export type GrantVerdict =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly why: string }
  /** The key is unknown and whether it may be trusted cannot be learnt now: to be looked at again after `delayMs`. */
  | { readonly kind: 'undecided'; readonly delayMs: number };

export interface GrantGuardOptions {
  readonly state: DeviceState;
  readonly dataDir: string;
  readonly client: GatewayClient;
  readonly clock: GatewayClock;
  readonly log: AgentLog;
}

/** Grants with strange key ids make the device ask no more often than this. */
const askEveryMs = 30_000;

/** Stands before every command: nothing runs that does not carry a grant by a key that this device has pinned. */
export class GrantGuard {
  readonly #options: GrantGuardOptions;
  #pins: PinnedKey[];
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<boolean> | null = null;

  constructor(options: GrantGuardOptions) {
    this.#options = options;
    this.#pins = readPins(options.state.grantKeys);
  }

  /** Rejects only with the signal's reason. */
  async judge(command: ClaimedCommand, signal: AbortSignal): Promise<GrantVerdict> {
    const { state, clock } = this.#options;
    let delayMs: number | null = null;
    const findKey = async (keyId: string): Promise<PinnedKey | null> => {
      const known = findPin(this.#pins, keyId);
      if (known !== null) return known;
      delayMs = await this.#learn(signal);
      return findPin(this.#pins, keyId);
    };
    const { deviceId, customerId } = state;
    const why = await whyNotGranted({ command, deviceId, customerId, now: await clock.now(signal), findKey });
    if (why === null) return { kind: 'granted' };
    return delayMs === null ? { kind: 'refused', why } : { kind: 'undecided', delayMs };
  }

  /** Null when the gateway's statements were heard just now, or how long to wait until they can be. */
  async #learn(signal: AbortSignal): Promise<number | null> {
    const waited = performance.now() - this.#askedAt;
    if (this.#asking === null && waited < askEveryMs) return Math.ceil(askEveryMs - waited);
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = null;
    });
    const heard = await this.#asking;
    signal.throwIfAborted();
    return heard ? null : askEveryMs;
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    const { client, dataDir, log, state } = this.#options;
    this.#askedAt = performance.now();
    try {
      const { successions } = await client.publishedKeys(publishedKeys, signal);
      const pins = await followSuccessions(this.#pins, successions);
      if (JSON.stringify(pins) !== JSON.stringify(this.#pins)) {
        // Kept before it is used: a statement that is gone tomorrow was heard all the same.
        await saveDeviceState(dataDir, { ...state, grantKeys: { keys: pins } });
        log.info('grant keys changed', { pinned: pins.length });
      }
      this.#pins = pins;
      return true;
    } catch (error) {
      log.warn('grant keys could not be looked up', { reason: errorMessage(error) });
      return false;
    }
  }
}
