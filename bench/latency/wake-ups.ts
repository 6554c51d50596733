import { setTimeout } from 'node:timers/promises';
import { DecideCommand } from '../../src/application/approval/decide-command.js';
import type { ClaimedCommand } from '../../src/application/command/claim-commands.js';
import { ReleaseCommand } from '../../src/application/command/release-command.js';
import { PauseDeviceQueue } from '../../src/application/device/pause-device-queue.js';
import { ResumeDeviceQueue } from '../../src/application/device/resume-device-queue.js';
import type { OpenedContainer } from '../../src/composition/open-container.js';
import { use } from '../../src/composition/provide.js';
import type { Unit } from '../fleet.js';
import { Work } from '../fleet.js';

/** Brings a device to where a parked poll waits, and then makes that end. Milliseconds from there to the answer. */
export interface WakeUp {
  readonly of: string;
  once(unit: Unit): Promise<number>;
}

/** A poll that has been sent is parked within a few milliseconds; nobody says when. */
const parkedAfterMs = 25;
const patienceMs = 10_000;

/** Everything that may bring a device something to do. */
export function wakeUps({ container }: OpenedContainer): readonly WakeUp[] {
  const work = new Work(container);
  const release = use(container, ReleaseCommand);
  const decide = use(container, DecideCommand);
  const pause = use(container, PauseDeviceQueue);
  const resume = use(container, ResumeDeviceQueue);

  /** From the beginning of the act, which is part of what a person waits for. */
  const afterAct = async (unit: Unit, act: () => Promise<unknown>): Promise<number> => {
    const poll = work.claim(unit, patienceMs).then((claimed) => ({ claimed, at: performance.now() }));
    await setTimeout(parkedAfterMs);
    const begun = performance.now();
    const [{ claimed, at }] = await Promise.all([poll, act()]);
    await work.finish(unit, claimed);
    return at - begun;
  };
  /** From a moment that the record has set; it runs on the clock of this machine. */
  const afterMoment = async (unit: Unit, moment: Date): Promise<number> => {
    const claimed = await work.claim(unit, patienceMs);
    const late = Date.now() - moment.getTime();
    await work.finish(unit, claimed);
    return late;
  };
  const begin = async (unit: Unit, leaseMs: number | null = null): Promise<ClaimedCommand> => {
    await work.propose(unit);
    return work.claim(unit, 0, leaseMs);
  };

  return [
    { of: 'create', once: (unit) => afterAct(unit, () => work.propose(unit)) },
    {
      of: 'release',
      once: async (unit) => {
        const { command, claimToken } = await begin(unit);
        const given = { caller: unit.device, commandId: command.id, claimToken, delayMs: 0, reason: null };
        return afterAct(unit, () => release.execute(given));
      },
    },
    {
      of: 'lapse',
      once: async (unit) => {
        const { command } = await begin(unit, 1_000);
        return afterMoment(unit, command.claim?.leaseUntil ?? new Date(Number.NaN));
      },
    },
    {
      of: 'notBefore',
      once: async (unit) => {
        const notBefore = new Date(Date.now() + 500);
        await work.propose(unit, { notBefore });
        return afterMoment(unit, notBefore);
      },
    },
    {
      of: 'approval',
      once: async (unit) => {
        const { id, approval } = await work.propose(unit, { type: 'flush_dns_cache', parameters: {} });
        const digest = approval?.digest ?? '';
        const vote = { caller: unit.approver, commandId: id, approved: true, digest, reason: null };
        return afterAct(unit, () => decide.execute(vote));
      },
    },
    {
      of: 'resume',
      once: async (unit) => {
        const { deviceId } = unit.device;
        await pause.execute({ caller: unit.member, deviceId, reason: null });
        await work.propose(unit);
        return afterAct(unit, () => resume.execute({ caller: unit.member, deviceId }));
      },
    },
    {
      of: 'predecessor finished',
      once: async (unit) => {
        await work.propose(unit, { lane: 'bench' });
        await work.propose(unit, { lane: 'bench' });
        const first = await work.claim(unit);
        return afterAct(unit, () => work.finish(unit, first));
      },
    },
  ];
}
