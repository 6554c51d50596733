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
}

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
