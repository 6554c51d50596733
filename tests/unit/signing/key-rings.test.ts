import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, importJWK } from 'jose';
import { AnswerCipher } from '../../../src/infrastructure/postgres/answer-cipher.js';
import { EdDsaGrantSigner } from '../../../src/infrastructure/signing/eddsa-grant-signer.js';
import { newGrantSigningKey } from '../../../src/infrastructure/signing/grant-key.js';
import { HmacClaimTokens } from '../../../src/infrastructure/signing/hmac-claim-tokens.js';
import { changeKeyRing } from '../../../src/infrastructure/signing/key-ring-file.js';
import type { KeyRing } from '../../../src/infrastructure/signing/key-ring.js';
import { readKeyRing, writeKeyRing } from '../../../src/infrastructure/signing/key-ring.js';
import { revoke, rotate } from '../../../src/infrastructure/signing/rotate-keys.js';
import {
  keyRingPath,
  openSigningKeys,
  SigningKeys,
} from '../../../src/infrastructure/signing/signing-keys.js';

const now = new Date('2026-11-23T12:00:00Z');
const inAMonth = new Date('2026-12-23T12:00:00Z');
const commandId = '0199aaaa-0000-7000-8000-000000000001';
const at = (ring: KeyRing, time = now): SigningKeys =>
  new SigningKeys(
    ring,
    () => null,
    () => time.getTime(),
  );
const idsOf = (keys: SigningKeys): string[] => keys.valid.map(({ keyId }) => keyId);

let first: KeyRing;

beforeEach(async () => {
  first = readKeyRing(await newGrantSigningKey(), 'here');
});

describe('a rotation of the grant-signing key', () => {
  it('lets the new key sign and the former one count until its time', async () => {
    const { rotated } = await rotate(first, now, inAMonth);
    expect(rotated.signing.keyId).not.toBe(first.signing.keyId);
    expect(idsOf(at(rotated))).toEqual([rotated.signing.keyId, first.signing.keyId]);
    expect(idsOf(at(rotated, inAMonth))).toEqual([rotated.signing.keyId]);
  });

  it('is vouched for by the former key, over and over', async () => {
    const second = (await rotate(first, now, inAMonth)).rotated;
    const third = (await rotate(second, now, inAMonth)).rotated;
    expect(third.successions).toHaveLength(2);
    const ways = [
      [third.successions[0] ?? '', first, second],
      [third.successions[1] ?? '', second, third],
    ] as const;
    for (const [statement, former, next] of ways) {
      const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: former.signing.publicX }, 'EdDSA');
      const { payload, protectedHeader } = await compactVerify(statement, key);
      expect(protectedHeader).toEqual({
        ...{ alg: 'EdDSA', kid: former.signing.keyId, typ: 'fieldgate-key-succession+jwt' },
      });
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
        key: { kty: 'OKP', crv: 'Ed25519', x: next.signing.publicX },
        formerUntil: inAMonth.getTime() / 1000,
      });
    }
  });

  it('forgets keys whose time was over, and keeps what they said', async () => {
    const second = (await rotate(first, now, inAMonth)).rotated;
    const third = (await rotate(second, inAMonth, new Date('2027-01-23'))).rotated;
    expect(third.others.map(({ keyId }) => keyId)).toEqual([second.signing.keyId]);
    expect(third.successions).toHaveLength(2);
  });

  it('can be announced before: the new key reads and is published, and signs nothing', async () => {
    const { announced, rotated } = await rotate(first, now, inAMonth);
    expect(idsOf(at(announced))).toEqual([first.signing.keyId, rotated.signing.keyId]);
    expect(announced.successions).toEqual(rotated.successions);
  });

  it('survives being written down', async () => {
    const { rotated } = await rotate(first, now, inAMonth);
    const read = readKeyRing(writeKeyRing(rotated), 'here');
    expect(writeKeyRing(read)).toBe(writeKeyRing(rotated));
    expect(idsOf(at(read))).toEqual(idsOf(at(rotated)));
  });

  it('can be followed by a revocation of the former key, and of no key that signs', async () => {
    const { rotated } = await rotate(first, now, inAMonth);
    expect(idsOf(at(revoke(rotated, first.signing.keyId)))).toEqual([rotated.signing.keyId]);
    expect(() => revoke(rotated, rotated.signing.keyId)).toThrow('Rotate first');
    expect(() => revoke(rotated, 'nobody')).toThrow('no key nobody');
  });

  it('publishes no private part', async () => {
    const { rotated } = await rotate(first, now, inAMonth);
    const { keys } = new EdDsaGrantSigner(at(rotated)).publicKeys();
    expect(keys.map((key) => Object.keys(key).sort().join())).toEqual([
      'alg,crv,kid,kty,use,x',
      'alg,crv,kid,kty,until,use,x',
    ]);
  });
});

describe('gateways before, during and after a rotation', () => {
  it('understand each other’s claim tokens and kept answers at every step', async () => {
    const { announced, rotated } = await rotate(first, now, inAMonth);
    for (const [one, other] of [
      [first, announced],
      [announced, rotated],
      [rotated, rotated],
    ] as const) {
      for (const [writer, reader] of [
        [at(one), at(other)],
        [at(other), at(one)],
      ] as const) {
        const token = new HmacClaimTokens(writer.claimTokenKeys).mint(commandId, 2, 'nonce');
        expect(new HmacClaimTokens(reader.claimTokenKeys).read(commandId, token)).toEqual({
          ...{ attempt: 2, nonce: 'nonce' },
        });
        const sealed = new AnswerCipher(writer.idempotencyKeys).seal('answer', 'place');
        expect(new AnswerCipher(reader.idempotencyKeys).open(sealed, 'place')).toBe('answer');
      }
    }
  });

  it('count nothing of a former key after its time', async () => {
    const { rotated } = await rotate(first, now, inAMonth);
    const token = new HmacClaimTokens(at(first).claimTokenKeys).mint(commandId, 2, 'nonce');
    const sealed = new AnswerCipher(at(first).idempotencyKeys).seal('answer', 'place');
    const later = at(rotated, inAMonth);
    expect(new HmacClaimTokens(later.claimTokenKeys).read(commandId, token)).toBe('forged');
    expect(() => new AnswerCipher(later.idempotencyKeys).open(sealed, 'place')).toThrow();
  });
});

describe('a ring that is kept in a file', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fieldgate-ring-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const rotateFile = (): Promise<void> =>
    changeKeyRing(keyRingPath(dataDir), async (ring) => {
      // The overlap has to hold for as long as this test runs.
      const { rotated } = await rotate(ring, new Date(), new Date(Date.now() + 3_600_000));
      return rotated;
    });

  it('begins as the single key that stands there, and is replaced as a whole, for its owner only', async () => {
    const before = await openSigningKeys({ dataDir });
    await rotateFile();
    const after = await openSigningKeys({ dataDir });
    expect(idsOf(after)).toEqual([after.signing.keyId, before.signing.keyId]);
    expect((await stat(keyRingPath(dataDir))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dataDir, 'keys'))).toEqual(['grant-signing-key.json']);
  });

  it('is read again by a gateway that meets a token of a key that it does not know', async () => {
    const running = await openSigningKeys({ dataDir });
    const tokens = new HmacClaimTokens(running.claimTokenKeys);
    const cipher = new AnswerCipher(running.idempotencyKeys);
    await rotateFile();
    const started = await openSigningKeys({ dataDir });
    const token = new HmacClaimTokens(started.claimTokenKeys).mint(commandId, 1, 'nonce');
    expect(tokens.read(commandId, token)).toEqual({ attempt: 1, nonce: 'nonce' });
    await rotateFile();
    const again = await openSigningKeys({ dataDir });
    const sealed = new AnswerCipher(again.idempotencyKeys).seal('answer', 'place');
    expect(cipher.open(sealed, 'place')).toBe('answer');
    expect(running.signing.keyId).toBe(again.signing.keyId);
  });

  it('is changed by one at a time', async () => {
    await openSigningKeys({ dataDir });
    const outcomes = await Promise.allSettled([rotateFile(), rotateFile(), rotateFile()]);
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeGreaterThan(0);
    expect((await openSigningKeys({ dataDir })).successions).toHaveLength(done);
  });

  it('stays what it was when the change fails, or what stands there is damaged', async () => {
    const running = await openSigningKeys({ dataDir });
    const text = await readFile(keyRingPath(dataDir), 'utf8');
    const failing = changeKeyRing(keyRingPath(dataDir), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await readFile(keyRingPath(dataDir), 'utf8')).toBe(text);
    await writeFile(keyRingPath(dataDir), 'damaged');
    expect(new HmacClaimTokens(running.claimTokenKeys).read(commandId, `fgc_1.n.${'A'.repeat(43)}`)).toBe(
      'forged',
    );
    expect(idsOf(running)).toHaveLength(1);
    await expect(rotateFile()).rejects.toThrow(keyRingPath(dataDir));
    expect(await readdir(join(dataDir, 'keys'))).toEqual(['grant-signing-key.json']);
  });
});

describe('the text of a ring', () => {
  it('is refused by the name of its place, and no key is shown', async () => {
    const jwk = await newGrantSigningKey();
    const { d } = JSON.parse(jwk) as { d: string };
    for (const wrong of [
      `{"signing":"nobody","keys":[${jwk}]}`,
      `{"signing":"x","keys":[{"d":"${d}"}]}`,
      `{"signing":"x","keys":[${jwk.replace('}', ',"until":"soon"}')}]}`,
      '{"signing":"x","keys":[]}',
    ]) {
      const read = (): KeyRing => readKeyRing(wrong, 'GRANT_SIGNING_KEY');
      expect(read).toThrow(/^GRANT_SIGNING_KEY/);
      expect(read).not.toThrow(d);
    }
  });
});
