import type { Device } from '../../domain/device/device.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

export interface DeviceFilter {
  readonly lifecycle: DeviceLifecycle | null;
  readonly label: string | null;
  /** Part of the id, name or location, in any case. */
  readonly search: string | null;
}

/** Devices, for those who look. */
export interface DeviceDirectory {
  /** The customer's device; null when it does not exist or belongs to another customer. */
  find(customerId: string, deviceId: string): Promise<Device | null>;
  /** By name, then id. A cursor that is not ours is refused with `invalid_request`. */
  list(customerId: string, filter: DeviceFilter, page: PageRequest): Promise<Page<Device>>;
}
