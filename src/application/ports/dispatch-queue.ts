import type { Placement } from '../../domain/command/placement.js';

export interface TakeRequest {
  /** 1 to 10. */
  readonly limit: number;
  /** For how long the ids are kept away from other claimers, unless they are placed anew. */
  readonly holdMs: number;
  /** When somebody should look whether they were confirmed: their deadline, unless they are placed anew. */
  readonly dueInMs: number;
  /** The claim call that takes them. */
  readonly attemptId: string;
  /** The call goes on: what it took so far was not confirmed, and was placed anew. */
  readonly anew: boolean;
}

export interface Taken {
  /** In the order of the queue. */
  readonly commandIds: readonly string[];
  /** When something of this device becomes available by time alone; null when nothing will. */
  readonly nextInMs: number | null;
  /** False while the store is in no epoch: it is new or was wiped, and what was placed before is not back yet. */
  readonly complete: boolean;
}

export interface QueueDepth {
  /** Ids that a claim would get now, or later. */
  readonly waiting: number;
  /** Ids that a claimer holds. */
  readonly held: number;
}

/** What a look at a device's queue shows. */
export interface QueueState extends QueueDepth {
  /** As in `Taken`: false while nobody knows what else belongs there. */
  readonly complete: boolean;
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
   * holds them for this attempt. Two takers never get the same id within
   * `holdMs`. While ids are in hold for this very attempt, it is answered those and takes nothing new; and for 5
   * minutes after ids were taken by it, or placed in hold for it, it takes nothing new even when none of them are
   * left, unless it goes on (`anew`): what it claimed has ended since.
   */
  take(deviceId: string, request: TakeRequest): Promise<Taken>;
  /** At most `limit` ids whose deadline has passed; each is not shown again for `retryMs`, unless placed anew. */
  takeDue(limit: number, retryMs: number): Promise<readonly DueCommand[]>;
  depth(deviceId: string): Promise<QueueDepth>;
  /** Whether the store still holds what was placed in the epoch: false when it is new, was wiped or restored. */
  inEpoch(epoch: string): Promise<boolean>;
  /** Leaves every epoch and begins to be filled anew, under a random `mark`. Several may fill it at once. */
  beginRebuild(mark: string): Promise<void>;
  /**
   * Notes that everything of the epoch has been placed since `beginRebuild(mark)`. False when somebody else has
   * noted theirs in the meantime, and changes nothing then; also false when the store or a part of it lost its
   * memory in between: it is in no epoch as a whole, and has to be filled again. A mark counts once.
   */
  beginEpoch(epoch: string, mark: string): Promise<boolean>;
}
