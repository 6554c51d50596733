import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const customerFaultDefinitions = {
  customer_required: {
    kind: 'invalid',
    title: 'Several customers are possible: name one with X-Customer-ID',
  },
  not_a_member: { kind: 'forbidden', title: 'The person belongs to no customer here' },
} satisfies Record<string, FaultDefinition>;

export const customerFaults = defineFaults(customerFaultDefinitions);
