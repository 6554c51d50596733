import { setTimeout as sleep } from 'node:timers/promises';
import type { Asker } from './field.js';
import { shortLeaseMs } from './plan.js';
import type { SideJobs } from './side-jobs.js';
import type { Held, SimulatedDevice, Write } from './simulated-device.js';

export interface TreatmentOptions {
  readonly jobs: SideJobs;
  /** From another customer: what it tries must be refused. */
  readonly strangerTo: (device: SimulatedDevice) => SimulatedDevice | null;
  /** From here on every device does what it is told. */
  readonly isDraining: () => boolean;
}

const statuses = ['failed', 'timed_out', 'refused'] as const;

/** What devices of this world do with a command: mostly finish it, and everything else that can happen to one. */
export function treatment({ jobs, strangerTo, isDraining }: TreatmentOptions) {
  return async (device: SimulatedDevice, asker: Asker, held: Held): Promise<void> => {
    const { dice } = asker.field;
    const finish = async (status = 'succeeded', note = ''): Promise<void> => {
      await device.write(asker, held, resultOf(held, status, note));
    };
    if (isDraining()) return finish();
    if (held.cancelRequested) return finish(dice.chance(0.7) ? 'cancelled' : 'succeeded');
    const fate = dice.roll();
    const isShort = held.leaseMs === shortLeaseMs;
    if (isShort && fate < 0.35) {
      fallSilent(device, asker, held);
      return;
    }
    if (isShort && fate < 0.45) {
      await sleep(shortLeaseMs + dice.whole(-50, 250));
      return finish();
    }
    if (fate < 0.7) return finish();
    if (fate < 0.78) return finish(dice.pick(statuses));
    if (fate < 0.82) {
      await device.write(asker, held, { f: 'progress', body: { percent: 50 } });
    } else if (fate < 0.85) {
      await device.write(asker, held, { f: 'extend', body: { extensionMs: held.leaseMs + 1_000 } });
    } else if (fate < 0.89) {
      const delayMs = dice.chance(0.5) ? 0 : dice.whole(50, 400);
      await device.write(asker, held, { f: 'release', body: { delayMs } });
      if (dice.chance(0.3)) await finish('succeeded', 'after its release');
      return;
    } else if (fate < 0.91) {
      await finish();
      await finish(dice.chance(0.5) ? 'failed' : 'succeeded', 'and another word');
      return;
    } else if (fate < 0.92) {
      await strangerTo(device)?.write(asker, held, { ...resultOf(held, 'failed', 'stolen'), foreign: true });
    } else if (fate < 0.95) {
      await finish();
    }
    await finish();
  };

  /** No word until the lease is over; then one that may come too late. */
  function fallSilent(device: SimulatedDevice, asker: Asker, held: Held): void {
    const { dice } = asker.field;
    const stale: Write = dice.pick([
      resultOf(held, 'succeeded', 'late'),
      { f: 'extend', body: { extensionMs: 2_000 } },
      { f: 'progress', body: { percent: 99 } },
      { f: 'release', body: {} },
    ]);
    jobs.after(shortLeaseMs + dice.whole(100, 2_500), async () => {
      const counted = await device.write(asker, held, stale);
      // An extension brings the claim back to life: it has to be used, or given up again.
      if (counted && stale.f === 'extend')
        await device.write(asker, held, resultOf(held, 'succeeded', 'revived'));
    });
  }
}

function resultOf({ attempt, command }: Held, status: string, note: string): Write {
  const output = `${command} ${String(attempt)} ${note}`;
  return { f: 'result', body: { status, output }, content: `${status} ${output}` };
}
