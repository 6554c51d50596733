import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKey } from '../../src/domain/customer/api-key.js';
import { addCustomer, newId } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

export function describeApiKeysContract(name: string, open: OpenRecord): void {
  describe(`API keys: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    async function addKey(customerId: string, given: Partial<ApiKey> = {}, hash = newId()) {
      const key = await record.unitOfWork.run(async ({ apiKeys, now }) => {
        const added: ApiKey = {
          id: newId(),
          customerId,
          name: 'Robot',
          role: 'operator',
          createdBy: newId(),
          createdAt: now,
          expiresAt: null,
          lastUsedAt: null,
          ...given,
        };
        await apiKeys.put(added, hash);
        return added;
      });
      return { key, hash };
    }

    const revoke = ({ customerId, id }: Pick<ApiKey, 'customerId' | 'id'>) =>
      record.unitOfWork.run(({ apiKeys, now }) => apiKeys.revoke(customerId, id, now));

    it('finds a key by the hash of its secret until it is revoked, which happens once', async () => {
      const customerId = await addCustomer(record, 'Acme');
      const { key, hash } = await addKey(customerId);
      expect(await record.apiKeys.findLive(hash)).toEqual({ key, customerName: 'Acme' });
      expect(await record.apiKeys.findLive(newId())).toBeNull();
      expect(await revoke({ customerId: newId(), id: key.id })).toBeNull();
      expect(await revoke({ customerId, id: 'robot' })).toBeNull();
      const answers = await Promise.all([1, 2, 3, 4].map(() => revoke(key)));
      expect(answers.filter((revoked) => revoked === true)).toHaveLength(1);
      expect(answers.filter((revoked) => revoked === false)).toHaveLength(3);
      expect(await record.apiKeys.findLive(hash)).toBeNull();
    });

    it("finds a key until it expires, by the record's clock", async () => {
      const customerId = await addCustomer(record);
      const expiresAt = new Date(Date.now() + 3_600_000);
      const { hash } = await addKey(customerId, { expiresAt });
      expect(await record.apiKeys.findLive(hash)).not.toBeNull();
      await record.advance(3_700_000);
      expect(await record.apiKeys.findLive(hash)).toBeNull();
    });

    it('lists the keys of one customer, newest first, page by page, without those that were revoked', async () => {
      const customerId = await addCustomer(record);
      const keys: ApiKey[] = [];
      for (let at = 1; at <= 4; at += 1) {
        keys.unshift((await addKey(customerId, { createdAt: new Date(at) })).key);
      }
      await addKey(await addCustomer(record));
      const [, second] = keys;
      if (second !== undefined) await revoke(second);
      const left = keys.filter((key) => key !== second);
      const first = await record.apiKeys.list(customerId, { limit: 2, cursor: null });
      expect(first.items).toEqual(left.slice(0, 2));
      expect(await record.apiKeys.list(customerId, { limit: 2, cursor: first.nextCursor })).toEqual({
        items: left.slice(2),
        nextCursor: null,
      });
      const astray = record.apiKeys.list(customerId, { limit: 2, cursor: 'elsewhere' });
      await expect(astray).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('replaces the secret of a key that is put again, unless it was used or is of somebody else', async () => {
      const customerId = await addCustomer(record);
      const { key, hash } = await addKey(customerId);
      const { hash: newHash } = await addKey(customerId, key);
      expect(await record.apiKeys.findLive(hash)).toBeNull();
      expect(await record.apiKeys.findLive(newHash)).toMatchObject({ key: { id: key.id } });
      await expect(addKey(customerId, { ...key, createdBy: newId() })).rejects.toThrow(key.id);
      const other = await addCustomer(record);
      await expect(addKey(other, { ...key, customerId: other })).rejects.toThrow(key.id);
      await record.apiKeys.noteUse(key.id);
      await expect(addKey(customerId, key)).rejects.toThrow(key.id);
      expect(await record.apiKeys.findLive(newHash)).not.toBeNull();
    });

    it('refuses a key of a customer that does not exist', async () => {
      await expect(addKey(newId())).rejects.toMatchObject({ code: 'not_found' });
    });

    it('notes a use at most once a minute', async () => {
      const { key, hash } = await addKey(await addCustomer(record));
      const used = async () => (await record.apiKeys.findLive(hash))?.key.lastUsedAt ?? null;
      expect(await used()).toBeNull();
      await Promise.all([1, 2, 3].map(() => record.apiKeys.noteUse(key.id)));
      const first = await used();
      expect(first).not.toBeNull();
      await record.advance(30_000);
      await record.apiKeys.noteUse(key.id);
      expect(await used()).toEqual(first);
      await record.advance(31_000);
      await record.apiKeys.noteUse(key.id);
      expect((await used())?.getTime()).toBeGreaterThanOrEqual((first?.getTime() ?? 0) + 60_000);
    });
  });
}
