import { describe, expect, it } from '@jest/globals';
import { approvalFaultDefinitions } from '../../../src/domain/approval/approval-faults.js';
import { commandFaultDefinitions } from '../../../src/domain/command/command-faults.js';
import { customerFaultDefinitions } from '../../../src/domain/customer/customer-faults.js';
import { deviceFaultDefinitions } from '../../../src/domain/device/device-faults.js';
import { defineFaults, Fault } from '../../../src/domain/shared/fault.js';
import { generalFaultDefinitions } from '../../../src/domain/shared/general-faults.js';

const lists = [
  approvalFaultDefinitions,
  commandFaultDefinitions,
  customerFaultDefinitions,
  deviceFaultDefinitions,
  generalFaultDefinitions,
];

describe('a fault', () => {
  const faults = defineFaults({ too_loud: { kind: 'too_many', title: 'It is too loud' } });

  it('speaks its title when nobody says more', () => {
    const fault = faults.too_loud();
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: 'too_loud',
      kind: 'too_many',
      title: 'It is too loud',
      message: 'It is too loud',
    });
    expect(fault).toMatchObject({
      details: {},
      errors: undefined,
      retryAfterMs: undefined,
    });
  });

  it('carries what the caller may see, and keeps the cause apart', () => {
    const cause = new Error('duplicate key value violates unique constraint');
    const fault = faults.too_loud('Wait a little.', { details: { decibel: 90 }, retryAfterMs: 500, cause });
    expect(fault).toMatchObject({
      message: 'Wait a little.',
      details: { decibel: 90 },
      retryAfterMs: 500,
      cause,
    });
    expect(JSON.stringify([fault.message, fault.details, fault.errors])).not.toContain('duplicate');
  });

  it('has a code of its own: no two lists share one', () => {
    const codes = lists.flatMap((list) => Object.keys(list));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
  });
});
