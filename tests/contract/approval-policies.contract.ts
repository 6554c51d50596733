import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { changePolicy, defaultApprovalPolicy } from '../../src/domain/approval/approval-policy.js';
import type { ApprovalPolicy } from '../../src/domain/approval/approval.js';
import { addCustomer, newId } from './record-seeds.js';
import type { OpenRecord, RecordAdapters, RecordUnderTest } from './record-under-test.js';

const { rules } = defaultApprovalPolicy;

/** Asks for so many approvals of what looks, whatever was asked before. */
const ask = (approvals: number) => (policy: ApprovalPolicy) =>
  changePolicy(policy, { ...rules, read: { ...rules.read, approvals } });

export function describeApprovalPoliciesContract(name: string, open: OpenRecord): void {
  describe(`approval policies: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const change = (
      by: RecordAdapters,
      customerId: string,
      to: (policy: ApprovalPolicy) => ApprovalPolicy,
    ): Promise<ApprovalPolicy> =>
      by.unitOfWork.run(async ({ policies }) => {
        const changed = to(await policies.lock(customerId));
        await policies.save(customerId, changed);
        return changed;
      });

    it('are the default ones until somebody changes them', async () => {
      const customerId = await addCustomer(record);
      expect(await record.policies.current(customerId)).toEqual(defaultApprovalPolicy);
      expect(await record.policies.current(newId())).toEqual(defaultApprovalPolicy);
      expect(await record.policies.current('nobody')).toEqual(defaultApprovalPolicy);
    });

    it('are read by every gateway as they were saved last, each customer’s own', async () => {
      const [one, other] = [await addCustomer(record), await addCustomer(record)];
      const first = await change(record, one, ask(2));
      expect(first.version).toBe(2);
      expect(await record.peer.policies.current(one)).toEqual(first);
      const second = await change(record.peer, one, ask(5));
      expect(await record.policies.current(one)).toEqual(second);
      expect(await record.policies.current(other)).toEqual(defaultApprovalPolicy);
    });

    it('are seen in the transaction that saves them, and by nobody when it fails', async () => {
      const customerId = await addCustomer(record);
      const failure = new Error('changed my mind');
      const failed = record.unitOfWork.run(async ({ policies }) => {
        const changed = ask(1)(await policies.lock(customerId));
        await policies.save(customerId, changed);
        expect(await policies.current(customerId)).toEqual(changed);
        throw failure;
      });
      await expect(failed).rejects.toBe(failure);
      expect(await record.policies.current(customerId)).toEqual(defaultApprovalPolicy);
    });

    it('are changed by one after the other, from the first change on', async () => {
      const customerId = await addCustomer(record);
      const changes = Array.from({ length: 8 }, (_, n) =>
        change(n % 2 === 0 ? record : record.peer, customerId, (policy) => ({
          version: policy.version + 1,
          rules,
        })),
      );
      const versions = (await Promise.all(changes)).map(({ version }) => version);
      expect(versions.sort((one, next) => one - next)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('cannot be saved over one that was not read', async () => {
      const customerId = await addCustomer(record);
      await change(record, customerId, ask(1));
      const others = [defaultApprovalPolicy, { ...defaultApprovalPolicy, version: 5 }];
      for (const other of others) {
        const saving = change(record, customerId, () => ask(2)(other));
        await expect(saving).rejects.toThrow('not locked as it is');
      }
    });

    it('are of customers that exist', async () => {
      const locking = record.unitOfWork.run(({ policies }) => policies.lock(newId()));
      await expect(locking).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
