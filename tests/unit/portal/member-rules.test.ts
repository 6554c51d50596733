import { describe, expect, it } from '@jest/globals';
import { isLastAdmin, personNamed } from '../../../portal/src/screens/settings/member-rules.js';

const member = (userId: string, role: 'viewer' | 'admin') => ({ userId, name: userId, role });

describe('the members of a customer', () => {
  it('keep their only admin, and nobody else', () => {
    const [ada, bob] = [member('ada', 'admin'), member('bob', 'viewer')];
    expect(isLastAdmin(ada, [ada, bob])).toBe(true);
    expect(isLastAdmin(bob, [ada, bob])).toBe(false);
    expect(isLastAdmin(ada, [ada, member('eve', 'admin')])).toBe(false);
  });

  it('are named by an e-mail address or by a user id', () => {
    expect(personNamed(' kim@test.example ')).toEqual({ email: 'kim@test.example' });
    expect(personNamed('0191e0a5-0000-7000-8000-000000000000')).toEqual({
      userId: '0191e0a5-0000-7000-8000-000000000000',
    });
  });
});
