/** The longest lease and the longest life of one claim: 12 hours, as in SQS. */
export const maxLeaseMs = 43_200_000;
export const minLeaseMs = 1_000;

/** For how long a repeated `attemptId` brings back the same claims. */
export const claimReplayMs = 300_000;

/** A device's exclusive hold on a command. */
export interface Claim {
  /** Random; with command id and attempt it makes the claim token, which is itself never stored. */
  readonly nonce: string;
  /** The claim call that made it; repeating that call brings the same claim back. */
  readonly attemptId: string;
  readonly claimedAt: Date;
  readonly leaseUntil: Date;
  /** The claim cannot be extended beyond this. */
  readonly runUntil: Date;
}
