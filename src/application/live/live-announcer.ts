import type { ActivityKind, NewEntry } from '../../domain/activity/activity-entry.js';
import type { LiveBus, LiveSignal } from '../ports/live-bus.js';

/**
 * Tells the live bus of what was committed: that a customer's log has grown, and that a device has a reason to look at
 * its sign-in or at the commands in its hands. It waits for nobody: what is committed has to be answered.
 */
export class LiveAnnouncer {
  readonly #live: LiveBus;
  readonly #telling = new Set<Promise<void>>();

  constructor(live: LiveBus) {
    this.#live = live;
  }

  /** The entries of one commit, of whichever customers. */
  recorded(entries: readonly NewEntry[]): void {
    for (const customerId of new Set(entries.map((entry) => entry.customerId))) {
      this.#tell({ kind: 'activity', customerId });
    }
    for (const deviceId of new Set(entries.map(deviceConcerned))) {
      if (deviceId !== null) this.#tell({ kind: 'device', deviceId });
    }
  }

  /** The entries tell all that there is to tell. */
  written(): void {
    // Nothing.
  }

  /** Resolves when everything that was told by now is sent, or lost. */
  async settled(): Promise<void> {
    await Promise.all(this.#telling);
  }

  #tell(signal: LiveSignal): void {
    const told = this.#live.tell(signal).finally(() => this.#telling.delete(told));
    this.#telling.add(told);
  }
}

const aboutSignIns: ReadonlySet<ActivityKind> = new Set([
  'device.registered',
  'device.secret_rotated',
  'device.suspended',
  'device.retired',
  'device.signed_out',
]);

/** The device whose sign-in, or whose commands in hand, an entry concerns. */
function deviceConcerned({ kind, subject, data }: NewEntry): string | null {
  if (aboutSignIns.has(kind)) return subject.id;
  const { deviceId } = data;
  return kind === 'command.cancel_requested' && typeof deviceId === 'string' ? deviceId : null;
}
