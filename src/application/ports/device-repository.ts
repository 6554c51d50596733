import type { Device } from '../../domain/device/device.js';

/** Devices, for those who change them. */
export interface DeviceRepository {
  /** The device, whosever it is; locked until the transaction ends. Null when there is none. */
  lock(deviceId: string): Promise<Device | null>;
  /** Adds a device; false when the id is taken, by whomever. */
  add(device: Device): Promise<boolean>;
  /** Writes everything that can change. The caller holds the lock. */
  save(device: Device): Promise<void>;
}
