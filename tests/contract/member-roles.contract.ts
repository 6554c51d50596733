import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '../../src/domain/customer/role.js';
import { addCustomer, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeMemberRolesContract(name: string, open: OpenRecord): void {
  describe(`member roles: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const put = (customerId: string, userId: string, role: Role) =>
      record.peer.members.putMember({ customerId, userId, name: 'Kim', role });

    it('are those that people hold in the customer, and of nobody else', async () => {
      const [here, elsewhere] = [await addCustomer(record), await addCustomer(record)];
      const [kim, lee, stranger] = [newId(), newId(), newId()];
      await put(here, kim, 'approver');
      await put(here, lee, 'admin');
      await put(elsewhere, kim, 'viewer');
      const roles = await record.roles.of(here, [kim, lee, stranger, 'nobody']);
      expect(roles).toEqual(
        new Map([
          [kim, 'approver'],
          [lee, 'admin'],
        ]),
      );
      expect(await record.roles.of(elsewhere, [kim, lee])).toEqual(new Map([[kim, 'viewer']]));
      expect(await record.roles.of(here, [])).toEqual(new Map());
      expect([await record.roles.count(here, 'admin'), await record.roles.count(here, 'viewer')]).toEqual([
        1, 0,
      ]);
      expect(await record.roles.of('nowhere', [kim])).toEqual(new Map());
    });

    it('stay what they are until the transaction that locked them has ended', async () => {
      const customerId = await addCustomer(record);
      const kim = newId();
      await put(customerId, kim, 'approver');
      const order: string[] = [];
      const changing = await record.unitOfWork.run(async ({ roles }) => {
        expect(await roles.lock(customerId, [kim])).toEqual(new Map([[kim, 'approver']]));
        const change = put(customerId, kim, 'viewer').then(() => order.push('changed'));
        // More than enough for a change that waits for nothing.
        for (let look = 0; look < 100; look += 1) {
          expect(await roles.lock(customerId, [kim])).toEqual(new Map([[kim, 'approver']]));
        }
        order.push('ended');
        return { change };
      });
      await changing.change;
      expect(order).toEqual(['ended', 'changed']);
      expect(await record.roles.of(customerId, [kim])).toEqual(new Map([[kim, 'viewer']]));
    });
  });
}
