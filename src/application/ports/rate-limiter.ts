/** A budget: so many points in so long a window. */
export interface RateRule {
  /** Names the budget, in keys and in the RateLimit headers; lower-case letters and hyphens. */
  readonly name: string;
  readonly points: number;
  readonly windowMs: number;
  /** Once spent, it stays closed for this long; absent: until the window ends. */
  readonly blockMs?: number;
}

export interface RateVerdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the budget is whole again. */
  readonly resetMs: number;
}

/** Budgets, shared by all instances. Rejects with `dependency_unavailable` when the store is away. */
export interface RateLimiter {
  /** Takes one point of `key`'s budget. */
  spend(rule: RateRule, key: string): Promise<RateVerdict>;
}
