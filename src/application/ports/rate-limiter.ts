/** A budget: so many points in so long a window. */
export interface RateRule {
  /** Names the budget, in keys and in the RateLimit headers; lower-case letters and hyphens. One name, one rule. */
  readonly name: string;
  readonly points: number;
  /** From the first point on; at least a second, and counted in whole seconds, rounded up. */
  readonly windowMs: number;
  /**
   * For how long the first refused try closes the budget, instead of the rest of the window: longer than the
   * window, in whole seconds, rounded up. Absent: until the window ends. Later tries do not prolong it.
   */
  readonly blockMs?: number;
  /**
   * Each time that it closes again within a day, it closes for twice as long as the time before, up to so long. Absent:
   * always for `blockMs`.
   */
  readonly mostBlockMs?: number;
}

/** How long a budget remembers that it was closed. */
export const closingsWindowMs = 86_400_000;

/** For how long a budget closes at the so-manieth time within a day. */
export const closedMs = ({ blockMs = 0, mostBlockMs = blockMs }: RateRule, times: number): number =>
  Math.min(blockMs * 2 ** Math.min(times - 1, 30), Math.max(blockMs, mostBlockMs));

export interface RateVerdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the budget is whole again. */
  readonly resetMs: number;
}

/**
 * Budgets, shared by all instances, by the clock of their store. Rejects with `dependency_unavailable` when the
 * store is away; the point may have been taken nevertheless.
 */
export interface RateLimiter {
  /** Takes one point of `key`'s budget. Calls at the same time never take more than there are. */
  spend(rule: RateRule, key: string): Promise<RateVerdict>;
}
