import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { EdDsaGrantSigner } from '../../../src/infrastructure/signing/eddsa-grant-signer.js';
import { newGrantSigningKey } from '../../../src/infrastructure/signing/grant-key.js';
import { openSigningKeys } from '../../../src/infrastructure/signing/signing-keys.js';

const grant = {
  commandId: '0199aaaa-0000-7000-8000-000000000001',
  deviceId: 'rack-7',
  digest: 'ab'.repeat(32),
  approvers: ['0199aaaa-0000-7000-8000-0000000000aa'],
  facts: { customerId: 'c', deviceCredentialGeneration: 2, policyVersion: 4, sessionId: null },
  notAfter: new Date('2026-11-23T12:00:00.900Z'),
};

let signer: EdDsaGrantSigner;

beforeAll(async () => {
  const keys = await openSigningKeys({ grantSigningKey: await newGrantSigningKey(), dataDir: '/nowhere' });
  signer = new EdDsaGrantSigner(keys);
});

describe('a grant', () => {
  it('says what was approved, for which device, by whom and until when', async () => {
    const { payload, protectedHeader } = await jwtVerify(
      await signer.sign(grant),
      createLocalJWKSet({ keys: [...signer.publicKeys().keys] }),
      { typ: 'fieldgate-grant+jwt', algorithms: ['EdDSA'], currentDate: new Date('2026-11-23T11:59:59Z') },
    );
    expect(payload).toEqual({
      sub: grant.deviceId,
      jti: grant.commandId,
      digest: grant.digest,
      approvers: grant.approvers,
      envelope: grant.facts,
      exp: Date.parse('2026-11-23T12:00:00Z') / 1000,
    });
    expect(protectedHeader).toEqual({
      alg: 'EdDSA',
      kid: signer.publicKeys().keys[0]?.kid,
      typ: 'fieldgate-grant+jwt',
    });
  });

  it('is not good for a moment longer', async () => {
    const verifying = jwtVerify(
      await signer.sign(grant),
      createLocalJWKSet({ keys: [...signer.publicKeys().keys] }),
      { currentDate: new Date('2026-11-23T12:00:00Z') },
    );
    await expect(verifying).rejects.toThrow('"exp" claim timestamp check failed');
  });

  it('is the same for the same words', async () => {
    expect(await signer.sign(grant)).toBe(await signer.sign({ ...grant }));
  });

  it('shows the public key and nothing of the private one', () => {
    const { keys } = signer.publicKeys();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']]);
  });
});
