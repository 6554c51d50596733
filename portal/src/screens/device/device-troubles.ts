import type { Command, Device, DeviceStatus } from '../../api/things.js';
import { durationWords } from '../../parts/time-words.js';

/** Something that somebody should know before anything else about a device. */
export interface Trouble {
  readonly weight: 'grave' | 'notable';
  readonly words: string;
  /** What a person wrote about it. */
  readonly note?: string;
  readonly href?: string;
}

export interface DeviceAsKnown {
  readonly device: Device;
  readonly status: DeviceStatus;
  /** Its newest command. */
  readonly latest: Command | undefined;
  readonly titleOf: (type: string) => string;
  /** How many of its commands wait for people. */
  readonly waiting: number;
  readonly nowMs: number;
}

/** A queue that long without an end is worth a word, whatever the reason. */
const slowAfterMs = 600_000;

/** What is wrong with a device, the gravest first; empty when nothing is, as far as the gateway knows. */
export function troublesOf(known: DeviceAsKnown): readonly Trouble[] {
  const found = [...standingTroubles(known), ...queueTroubles(known), ...commandTroubles(known)];
  return found.toSorted(
    (one, other) => Number(one.weight === 'notable') - Number(other.weight === 'notable'),
  );
}

const grave = (words: string): Trouble => ({ weight: 'grave', words });
const notable = (words: string): Trouble => ({ weight: 'notable', words });

function standingTroubles({ device, status, nowMs }: DeviceAsKnown): readonly Trouble[] {
  switch (device.lifecycle) {
    case 'provisioned':
      return [notable('Its agent has not registered yet. Start it with the activation code.')];
    case 'suspended':
      return [notable('It is suspended: signed out, and kept out until somebody resumes it.')];
    case 'retired':
      return [notable('It is retired: its life here is over.')];
    case 'active':
  }
  const silence =
    device.lastSeenAt === null ? '' : ` for ${durationWords(nowMs - Date.parse(device.lastSeenAt))}`;
  switch (device.connection) {
    case 'offline':
      return [grave(`It was not heard${silence}. Commands wait for it until their time is over.`)];
    case 'stale':
      return [notable(`It missed its last heartbeats: it was not heard${silence}.`)];
    case 'never':
      return [notable('It has registered, and was not heard since.')];
    case 'degraded':
      return [
        grave(
          status.status === 'error'
            ? 'It is connected, and reports an error.'
            : 'It is connected, and reports that something is wrong with it.',
        ),
      ];
    case 'online':
      return [];
  }
}

function queueTroubles({ device, status: { queue }, nowMs }: DeviceAsKnown): readonly Trouble[] {
  if (device.lifecycle !== 'active') return [];
  if (queue.pause !== null) {
    const { since, reason } = queue.pause;
    const words = `Its queue is paused for ${durationWords(nowMs - Date.parse(since))}: nothing new is handed out.`;
    return [{ ...notable(words), ...(reason !== null && { note: reason }) }];
  }
  if (queue.oldestAgeMs === null || queue.oldestAgeMs < slowAfterMs) return [];
  const commands = queue.depth === 1 ? 'A command has' : `${queue.depth} commands have`;
  return [notable(`${commands} not ended, the oldest for ${durationWords(queue.oldestAgeMs)}.`)];
}

function commandTroubles({ latest, titleOf, waiting }: DeviceAsKnown): readonly Trouble[] {
  const found: Trouble[] = [];
  if (waiting > 0) {
    const words =
      waiting === 1 ? 'A command waits for a decision.' : `${waiting} commands wait for a decision.`;
    found.push({ ...notable(words), href: '/approvals' });
  }
  if (latest?.state === 'unknown_outcome')
    found.push(grave(`Nobody knows how its last command ended: ${titleOf(latest.type)}.`));
  if (latest?.state === 'failed' || latest?.state === 'dead')
    found.push(notable(`Its last command failed: ${titleOf(latest.type)}.`));
  return found;
}
