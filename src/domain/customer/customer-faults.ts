import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const customerFaultDefinitions = {
  customer_required: {
    kind: 'invalid',
    title: 'Several customers are possible: name one with X-Customer-ID',
  },
  not_a_member: { kind: 'forbidden', title: 'The person belongs to no customer here' },
  last_admin: { kind: 'conflict', title: 'A customer keeps at least one admin' },
  member_exists: { kind: 'conflict', title: 'The person is a member already' },
  person_unknown: { kind: 'not_found', title: 'Nobody has this e-mail address' },
  person_not_searchable: { kind: 'conflict', title: 'People cannot be looked up by e-mail address here' },
} satisfies Record<string, FaultDefinition>;

export const customerFaults = defineFaults(customerFaultDefinitions);
