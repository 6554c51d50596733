/** A device's signed-in session. */
export interface DeviceSession {
  readonly deviceId: string;
  readonly customerId: string;
  readonly tokenGeneration: number;
}

export interface TokenLifetime {
  /** It dies when it is not used for so long. */
  readonly idleMs: number;
  /** It dies after so long in any case. */
  readonly lifeMs: number;
}

/** Device tokens, kept by their hash. Losing them all costs a sign-in. Rejects with `dependency_unavailable`. */
export interface DeviceTokens {
  put(tokenHash: string, session: DeviceSession, lifetime: TokenLifetime): Promise<void>;
  /** The session of a live token, whose idle time starts anew; null when there is none. */
  find(tokenHash: string): Promise<DeviceSession | null>;
  /** Forgets one token; unknown ones are fine. */
  revoke(tokenHash: string): Promise<void>;
  /** Forgets every token of the device; returns how many there were. */
  revokeAll(deviceId: string): Promise<number>;
}
