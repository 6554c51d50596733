import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addCustomer, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeMemberDirectoryContract(name: string, open: OpenRecord): void {
  describe(`member directory: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    it('knows every customer that a person belongs to, by name', async () => {
      const userId = newId();
      const second = await addCustomer(record, 'Beta');
      const first = await addCustomer(record, 'Alpha');
      await record.members.putMember({ customerId: second, userId, name: 'Kim', role: 'viewer' });
      await record.members.putMember({ customerId: first, userId, name: 'K. Kim', role: 'admin' });
      await record.members.putMember({ customerId: first, userId: newId(), name: 'Lee', role: 'operator' });
      expect(await record.members.membershipsOf(userId)).toEqual([
        { customerId: first, customerName: 'Alpha', name: 'K. Kim', role: 'admin' },
        { customerId: second, customerName: 'Beta', name: 'Kim', role: 'viewer' },
      ]);
      expect(await record.members.membershipsOf(newId())).toEqual([]);
      expect(await record.members.membershipsOf('nobody')).toEqual([]);
    });

    it('gives an existing member the new role and name', async () => {
      const customerId = await addCustomer(record, 'Gamma');
      const userId = newId();
      await record.members.putMember({ customerId, userId, name: 'Kim', role: 'admin' });
      await record.members.putMember({ customerId, userId, name: 'Kim K.', role: 'viewer' });
      expect(await record.members.membershipsOf(userId)).toEqual([
        { customerId, customerName: 'Gamma', name: 'Kim K.', role: 'viewer' },
      ]);
    });

    it('refuses a member of a customer that does not exist', async () => {
      const member = { customerId: newId(), userId: newId(), name: 'Kim', role: 'admin' } as const;
      await expect(record.members.putMember(member)).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
