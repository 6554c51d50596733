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

    it('lists the members of one customer by name, page by page', async () => {
      const customerId = await addCustomer(record, 'Delta');
      const ids = [newId(), newId(), newId()];
      for (const [index, name] of ['Ann', 'Bea', 'Ann'].entries()) {
        await record.members.putMember({ customerId, userId: ids[index] ?? '', name, role: 'viewer' });
      }
      const first = await record.members.list(customerId, { limit: 2, cursor: null });
      expect(first.items.map(({ userId }) => userId)).toEqual([ids[0], ids[2]]);
      expect(await record.members.list(customerId, { limit: 2, cursor: first.nextCursor })).toEqual({
        items: [{ customerId, userId: ids[1], name: 'Bea', role: 'viewer' }],
        nextCursor: null,
      });
      const astray = record.members.list(customerId, { limit: 2, cursor: 'elsewhere' });
      await expect(astray).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('finds one member, and forgets one that is removed', async () => {
      const customerId = await addCustomer(record, 'Epsilon');
      const member = { customerId, userId: newId(), name: 'Kim', role: 'approver' } as const;
      await record.members.putMember(member);
      expect(await record.members.find(customerId, member.userId)).toEqual(member);
      expect(await record.members.find(newId(), member.userId)).toBeNull();
      expect(await record.members.find(customerId, 'nobody')).toBeNull();
      await record.members.removeMember(newId(), member.userId);
      await record.members.removeMember(customerId, 'nobody');
      expect(await record.members.find(customerId, member.userId)).toEqual(member);
      await record.members.removeMember(customerId, member.userId);
      expect(await record.members.find(customerId, member.userId)).toBeNull();
      expect(await record.members.membershipsOf(member.userId)).toEqual([]);
    });

    it('shows the admins to one transaction at a time, and to each as the one before left them', async () => {
      const customerId = await addCustomer(record, 'Zeta');
      const ids = [newId(), newId(), newId(), newId()];
      for (const userId of ids) {
        await record.members.putMember({ customerId, userId, name: 'Kim', role: 'admin' });
      }
      await record.members.putMember({ customerId, userId: newId(), name: 'Lee', role: 'approver' });
      const removed = await Promise.all(
        ids.map((userId, index) =>
          (index % 2 === 0 ? record : record.peer).unitOfWork.run(async ({ members }) => {
            const admins = await members.lockAdmins(customerId);
            if (admins.length > 1) await members.removeMember(customerId, userId);
            return admins.length;
          }),
        ),
      );
      expect(removed.sort()).toEqual([1, 2, 3, 4]);
      expect(await record.members.lockAdmins(customerId)).toHaveLength(1);
      expect(await record.members.lockAdmins(newId())).toEqual([]);
    });

    it('refuses a member of a customer that does not exist', async () => {
      const member = { customerId: newId(), userId: newId(), name: 'Kim', role: 'admin' } as const;
      await expect(record.members.putMember(member)).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
