import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DeviceCredentials } from '../../src/application/ports/device-credentials.js';
import type { DeviceSecret } from '../../src/domain/device/device-secret.js';
import { addDevice } from './record-seeds.js';
import type { OpenRecord, RecordUnderTest } from './record-under-test.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

const secret = (hash: string, created: number): DeviceSecret => ({
  hash,
  createdAt: at(created),
  firstUsedAt: null,
  expiresAt: null,
});

export function describeDeviceCredentialsContract(name: string, open: OpenRecord): void {
  describe(`device credentials: ${name}`, () => {
    let record: RecordUnderTest;
    beforeAll(async () => {
      record = await open();
    });
    afterAll(() => record.close());

    const within = <Result>(work: (credentials: DeviceCredentials) => Promise<Result>) =>
      record.unitOfWork.run(({ credentials }) => work(credentials));

    it('knows only the newest code of a device', async () => {
      const { id: deviceId } = await addDevice(record);
      const first = {
        deviceId,
        hash: 'one',
        expiresAt: at(1),
        usedAt: null,
        wrongTries: 0,
        operationId: 'operation-1',
      };
      const second = {
        deviceId,
        hash: 'two',
        expiresAt: at(2),
        usedAt: null,
        wrongTries: 0,
        operationId: null,
      };
      const { id: otherId } = await addDevice(record);
      const others = { ...first, deviceId: otherId };
      expect(await within((credentials) => credentials.findCode(deviceId))).toBeNull();
      await within((credentials) => credentials.issueCode(others));
      await within((credentials) => credentials.issueCode(first));
      await within((credentials) => credentials.useCode(deviceId, at(3)));
      expect(await within((credentials) => credentials.findCode(deviceId))).toEqual({
        ...first,
        usedAt: at(3),
      });
      await within((credentials) => credentials.countWrongTry(deviceId));
      expect(await within((credentials) => credentials.findCode(deviceId))).toMatchObject({ wrongTries: 1 });
      await within((credentials) => credentials.issueCode(second));
      expect(await within((credentials) => credentials.findCode(deviceId))).toEqual(second);
      expect(await within((credentials) => credentials.findCode(otherId))).toEqual(others);
    });

    it('replaces all secrets of a device, and lists them newest first', async () => {
      const { id: deviceId } = await addDevice(record);
      const { id: otherId } = await addDevice(record);
      const old = { ...secret('old', 1), firstUsedAt: at(2), expiresAt: at(9) };
      const fresh = secret('young', 5);
      await within((credentials) => credentials.replaceSecrets(otherId, [secret('other', 1)]));
      await within((credentials) => credentials.replaceSecrets(deviceId, [old, fresh]));
      expect(await within((credentials) => credentials.listSecrets(deviceId))).toEqual([fresh, old]);
      await within((credentials) => credentials.replaceSecrets(deviceId, [fresh]));
      expect(await within((credentials) => credentials.listSecrets(deviceId))).toEqual([fresh]);
      await within((credentials) => credentials.replaceSecrets(deviceId, []));
      expect(await within((credentials) => credentials.listSecrets(deviceId))).toEqual([]);
      expect(await within((credentials) => credentials.listSecrets(otherId))).toHaveLength(1);
    });
  });
}
