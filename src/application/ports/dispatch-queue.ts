import type { Placement } from '../../domain/command/placement.js';

export interface TakeRequest {
  /** 1 to 10. */
  readonly limit: number;
  /** For how long the ids are kept away from other claimers, until they are placed anew. */
  readonly holdMs: number;
  /** The claim call that takes them. */
  readonly attemptId: string;
}

export interface Taken {
  /** In the order of the queue. */
  readonly commandIds: readonly string[];
  /** When something of this device becomes available by time alone; null when nothing will. */
  readonly nextInMs: number | null;
}

export interface QueueDepth {
  /** Ids that a claim would get now, or later. */
  readonly waiting: number;
  /** Ids that a claimer holds. */
  readonly held: number;
}

export interface DueCommand {
  readonly deviceId: string;
  readonly commandId: string;
}

/**
 * Order and time of the commands, as ids only. It proposes; Postgres disposes: what it hands out must be
 * confirmed there, and whatever it loses is placed anew from there. All times are by the store's own clock.
 * Every call is atomic for the device it names. Rejects with `dependency_unavailable` when the store is away.
 */
export interface DispatchQueue {
  /** Puts each id where it is said to stand, wherever it stood before. Repeating it changes nothing. */
  place(placements: readonly Placement[]): Promise<void>;
  /**
   * Takes the first ids of the device's queue (lowest rank first), ids whose hold or delay is over included, and
   * holds them for this attempt. Two takers never get the same id within `holdMs`. When ids are in hold for this
   * very attempt already, by an earlier take or a placement, it takes nothing new and answers those.
   */
  take(deviceId: string, request: TakeRequest): Promise<Taken>;
  /** At most `limit` ids whose deadline has passed; each is not shown again for `retryMs`, unless placed anew. */
  takeDue(limit: number, retryMs: number): Promise<readonly DueCommand[]>;
  depth(deviceId: string): Promise<QueueDepth>;
  /** Whether the store still holds what was placed in the epoch: false when it is new, was wiped or restored. */
  inEpoch(epoch: string): Promise<boolean>;
  /** Notes that everything of the epoch has been placed. */
  beginEpoch(epoch: string): Promise<void>;
}
