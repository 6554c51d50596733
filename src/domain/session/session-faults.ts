import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const sessionFaultDefinitions = {
  session_active: { kind: 'conflict', title: 'The device has an active session' },
  session_not_active: { kind: 'conflict', title: 'The session is over' },
} satisfies Record<string, FaultDefinition>;

export const sessionFaults = defineFaults(sessionFaultDefinitions);
