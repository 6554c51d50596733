import { defineFaults } from '../shared/fault.js';
import type { FaultDefinition } from '../shared/fault.js';

export const commandFaultDefinitions = {
  command_not_found: { kind: 'not_found', title: 'This device has no such command' },
  unknown_command_type: { kind: 'invalid', title: 'The catalogue has no such command type' },
  invalid_parameters: { kind: 'invalid', title: 'The parameters do not fit the command type' },
  claim_superseded: { kind: 'conflict', title: 'The claim is not the latest one of this command' },
  command_finished: { kind: 'conflict', title: 'The command has ended' },
  result_conflict: { kind: 'conflict', title: 'Another result was recorded under this claim' },
  extension_too_long: { kind: 'invalid', title: 'The claim would last longer than it may in all' },
  queue_full: { kind: 'too_many', title: 'The device has too many commands that have not ended' },
  device_not_active: { kind: 'conflict', title: 'The device takes no commands now' },
  outcome_unknown: { kind: 'conflict', title: 'The outcome is unknown and waits for a person to settle it' },
  not_redrivable: { kind: 'conflict', title: 'Only a command that has ended can be redriven' },
  not_settleable: { kind: 'conflict', title: 'Only an unknown outcome can be settled' },
} satisfies Record<string, FaultDefinition>;

export const commandFaults = defineFaults(commandFaultDefinitions);
