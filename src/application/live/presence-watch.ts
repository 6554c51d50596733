import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { Device } from '../../domain/device/device.js';
import { viewOf } from '../../domain/device/device-view.js';
import type { Beat } from '../../domain/device/presence.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import { allDevices, deviceTopic } from '../../domain/live/topic.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { DevicePresence, LiveFollower } from './live-follower.js';

/** Devices of one customer that are watched for one who follows all of them, before anything was heard of them. */
const mostAtOnce = 5_000;
const pageSize = 100;

/** How the stores look at devices; `latest` may gather what several ask. */
export interface PresenceSources {
  readonly devices: DeviceDirectory;
  readonly latest: (deviceId: string) => Promise<Beat | null>;
  readonly clock: Clock;
}

interface Watched {
  readonly device: Device;
  readonly presence: DevicePresence;
}

/**
 * How the devices of one customer look, as far as somebody here follows them. A beat is told when it was heard of, and
 * what time alone changes when it is looked for. What a signal names is believed only when it is the customer's.
 */
export class PresenceWatch {
  readonly #customerId: string;
  readonly #followers: ReadonlySet<LiveFollower>;
  readonly #sources: PresenceSources;
  readonly #watched = new Map<string, Watched>();
  readonly #looking = new Set<string>();
  #isRosterKnown = false;

  constructor(customerId: string, followers: ReadonlySet<LiveFollower>, sources: PresenceSources) {
    this.#customerId = customerId;
    this.#followers = followers;
    this.#sources = sources;
  }

  /** How a device of the customer looks now, as far as that is known; it is watched from now on. */
  async watch(device: Device): Promise<DevicePresence> {
    const beat = await this.#sources.latest(device.id).catch(nothingKnown);
    const before = this.#watched.get(device.id);
    const { presence } = this.#keep(device, beat);
    if (before !== undefined) this.#tellIfNew(before.presence, presence);
    return presence;
  }

  /** A device was heard of. Never rejects: what cannot be had now is told with the next beat. */
  async hear(deviceId: string): Promise<void> {
    if (!this.#isFollowed(deviceId) || this.#looking.has(deviceId)) return;
    this.#looking.add(deviceId);
    try {
      const known = this.#watched.get(deviceId);
      const device = known?.device ?? (await this.#sources.devices.find(this.#customerId, deviceId));
      if (device === null) return;
      this.#looking.delete(deviceId);
      const beat = await this.#sources.latest(deviceId);
      this.#tellIfNew(this.#watched.get(deviceId)?.presence ?? null, this.#keep(device, beat).presence);
    } catch {
      return;
    } finally {
      this.#looking.delete(deviceId);
    }
  }

  /** A sign-in counts as a sign of life where no beat is known. */
  hearEntry({ kind, subject }: LoggedEntry): void {
    if (kind !== 'device.signed_in' && kind !== 'device.registered') return;
    if (!this.#isFollowed(subject.id)) return;
    this.#watched.delete(subject.id);
    void this.hear(subject.id);
  }

  /** Looks for what time has changed, forgets whom nobody follows, and learns of those whom somebody newly does. */
  async sweep(): Promise<void> {
    if (!this.#isFollowedByAll()) this.#isRosterKnown = false;
    else if (!this.#isRosterKnown) await this.#learnRoster();
    const now = this.#sources.clock.now();
    const topics = new Set([...this.#followers].flatMap((follower) => [...follower.topics()]));
    const due: string[] = [];
    for (const [deviceId, { device, presence }] of this.#watched) {
      const isFollowed = topics.has(allDevices) || topics.has(deviceTopic(deviceId).name);
      if (!isFollowed) this.#watched.delete(deviceId);
      else if (viewOf(device, presence.beat, now).connection !== presence.connection) due.push(deviceId);
    }
    await Promise.all(due.map((deviceId) => this.hear(deviceId)));
  }

  async #learnRoster(): Promise<void> {
    const filter = { lifecycle: null, label: null, search: null };
    let cursor: string | null = null;
    let count = 0;
    do {
      const page: Awaited<ReturnType<DeviceDirectory['list']>> = await this.#sources.devices.list(
        this.#customerId,
        filter,
        { limit: pageSize, cursor },
      );
      const unknown = page.items.filter(({ id }) => !this.#watched.has(id));
      const beats = await Promise.all(unknown.map(({ id }) => this.#sources.latest(id)));
      for (const [index, device] of unknown.entries()) this.#keep(device, beats[index] ?? null);
      count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null && count < mostAtOnce);
    this.#isRosterKnown = true;
  }

  #keep(device: Device, beat: Beat | null): Watched {
    const view = viewOf(device, beat, this.#sources.clock.now());
    const watched: Watched = {
      device,
      presence: {
        deviceId: device.id,
        connection: view.connection,
        beat,
        lastSeenAt: view.lastSeenAt,
        agentVersion: view.device.agentVersion,
      },
    };
    this.#watched.set(device.id, watched);
    return watched;
  }

  #tellIfNew(before: DevicePresence | null, presence: DevicePresence): void {
    const isSame =
      before?.connection === presence.connection &&
      before.beat?.at.getTime() === presence.beat?.at.getTime() &&
      before.lastSeenAt?.getTime() === presence.lastSeenAt?.getTime();
    if (isSame) return;
    const topic = deviceTopic(presence.deviceId).name;
    for (const follower of this.#followers) {
      if (follower.follows(topic) || follower.follows(allDevices)) follower.hearPresence(presence);
    }
  }

  #isFollowed(deviceId: string): boolean {
    const topic = deviceTopic(deviceId).name;
    for (const follower of this.#followers) {
      if (follower.follows(topic) || follower.follows(allDevices)) return true;
    }
    return false;
  }

  #isFollowedByAll(): boolean {
    for (const follower of this.#followers) if (follower.follows(allDevices)) return true;
    return false;
  }
}

/** With their store away, devices are shown by what the record knows. */
function nothingKnown(error: unknown): null {
  ignoreUnavailable(error);
  return null;
}
