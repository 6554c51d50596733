import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const deviceFaultDefinitions = {
  invalid_activation_code: {
    kind: 'unauthenticated',
    title: 'The activation code does not activate this device',
  },
  already_registered: { kind: 'conflict', title: 'The device has been registered with this code' },
  invalid_credentials: { kind: 'unauthenticated', title: 'Device id and secret do not belong together' },
  device_suspended: { kind: 'forbidden', title: 'The device is suspended' },
  device_retired: { kind: 'forbidden', title: 'The device is retired' },
  device_exists: { kind: 'conflict', title: 'A device with this id exists' },
  device_state_conflict: { kind: 'conflict', title: 'The life cycle of the device does not allow this' },
} satisfies Record<string, FaultDefinition>;

export const deviceFaults = defineFaults(deviceFaultDefinitions);
