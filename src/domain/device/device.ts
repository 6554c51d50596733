import type { DeviceLifecycle } from './device-lifecycle.js';

/** What a device says about itself. */
export interface DeviceMetadata {
  readonly model: string | null;
  readonly platform: string | null;
  readonly agentVersion: string | null;
}

/** Since when, and why, a person holds back what waits for a device. */
export interface QueuePause {
  readonly since: Date;
  readonly reason: string | null;
}

/** A machine in the field, running an agent. */
export interface Device extends DeviceMetadata {
  /** Unique across all customers: a device signs in with it alone. */
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly location: string | null;
  readonly labels: readonly string[];
  readonly lifecycle: DeviceLifecycle;
  /** Rises with every registration; part of what is approved, so that a replaced device inherits nothing. */
  readonly credentialGeneration: number;
  /** Rises with every registration, sign-out everywhere and suspension: tokens of an older one change nothing. */
  readonly tokenGeneration: number;
  /** While set, nothing that the device has not begun is handed out. */
  readonly queuePause: QueuePause | null;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

/**
 * Ids that a device may have: 1 to 64 characters, safe as a part of a URL path, of a key and of a hash tag.
 */
export const deviceIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
