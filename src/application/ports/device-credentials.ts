import type { ActivationCode } from '../../domain/device/activation-code.js';
import type { DeviceSecret } from '../../domain/device/device-secret.js';

/** Hashes of activation codes and device secrets. The caller holds the device's lock. */
export interface DeviceCredentials {
  /** The newest code of the device; null when it never had one. */
  findCode(deviceId: string): Promise<ActivationCode | null>;
  /** Makes this the only code of the device. */
  issueCode(code: ActivationCode): Promise<void>;
  useCode(deviceId: string, usedAt: Date): Promise<void>;
  /** Counts a wrong code against that of the device. */
  countWrongTry(deviceId: string): Promise<void>;
  /** Every secret that has not been removed, newest first. */
  listSecrets(deviceId: string): Promise<readonly DeviceSecret[]>;
  /** Replaces all secrets of the device by these. */
  replaceSecrets(deviceId: string, secrets: readonly DeviceSecret[]): Promise<void>;
}
