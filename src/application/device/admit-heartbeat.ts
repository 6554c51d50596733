import type { Clock } from '../ports/clock.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { LiveBus } from '../ports/live-bus.js';
import type { RateRule } from '../ports/rate-limiter.js';
import type { Secrets } from '../ports/secrets.js';
import { answerHeartbeat } from './answer-heartbeat.js';
import type { Heartbeat, HeartbeatAnswer } from './answer-heartbeat.js';
import type { AdmittedDevice } from './let-in.js';
import { letIn } from './let-in.js';

export interface AdmittedHeartbeat {
  readonly admitted: AdmittedDevice;
  /** Null when the budget was used up: then the beat is not kept. */
  readonly answer: HeartbeatAnswer | null;
}

/**
 * A device shows its token and says that it lives, with one call of the dispatch store: for doors that know what it says
 * before they let it in.
 */
export class AdmitHeartbeat {
  readonly #tokens: DeviceTokens;
  readonly #secrets: Secrets;
  readonly #records: CommandRecords;
  readonly #clock: Clock;
  readonly #live: LiveBus;

  constructor(tokens: DeviceTokens, secrets: Secrets, records: CommandRecords, clock: Clock, live: LiveBus) {
    this.#tokens = tokens;
    this.#secrets = secrets;
    this.#records = records;
    this.#clock = clock;
    this.#live = live;
  }

  async execute(
    token: string,
    budget: RateRule,
    { status, metrics, agentVersion, claimed }: Heartbeat,
  ): Promise<AdmittedHeartbeat> {
    const at = this.#clock.now();
    const beat = { at, status, metrics, agentVersion };
    const admitted = await letIn(token, this.#secrets, (kept) => this.#tokens.admitBeat(kept, budget, beat));
    if (admitted.kind === 'limited') return { admitted, answer: null };
    const { session, queue } = admitted;
    const { deviceId, customerId } = session;
    // Whoever hears it finds this beat; the device waits for nobody to hear.
    void this.#live.tell({ kind: 'beat', customerId, deviceId });
    return { admitted, answer: await answerHeartbeat(this.#records, { deviceId, at, queue, claimed }) };
  }
}
