import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const activityFaultDefinitions = {
  verification_unfinished: {
    kind: 'unavailable',
    title: 'The log is too long to be verified within one request',
  },
} satisfies Record<string, FaultDefinition>;

export const activityFaults = defineFaults(activityFaultDefinitions);
