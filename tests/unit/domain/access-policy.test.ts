import { describe, expect, it } from '@jest/globals';
import type { CustomerAction } from '../../../src/domain/customer/access-policy.js';
import { customerActions, mayDo, requireRole } from '../../../src/domain/customer/access-policy.js';
import type { Role } from '../../../src/domain/customer/role.js';
import { roles } from '../../../src/domain/customer/role.js';
import { refusalOf } from './refusal.js';

const expected: Readonly<Record<Role, readonly CustomerAction[]>> = {
  viewer: ['read'],
  operator: ['read', 'propose', 'cancel', 'pause'],
  approver: ['read', 'propose', 'cancel', 'pause', 'decide'],
  admin: ['read', 'propose', 'cancel', 'pause', 'decide', 'administer'],
};

const pairs = roles.flatMap((role) => customerActions.map((action) => [role, action] as const));

describe('what a role may do', () => {
  it.each(pairs)('is written down for %s and %s', (role, action) => {
    const may = expected[role].includes(action);
    const principal = { kind: 'member', id: 'ana', name: 'Ana', customerId: 'c', role, aal: 'aal1' } as const;
    expect(mayDo(role, action)).toBe(may);
    if (may)
      expect(() => {
        requireRole(principal, action);
      }).not.toThrow();
    else
      expect(
        refusalOf(() => {
          requireRole(principal, action);
        }),
      ).toMatchObject({ code: 'forbidden', kind: 'forbidden' });
  });
});
