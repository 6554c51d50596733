import { z } from 'zod';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { createHash } from 'node:crypto';

const publicKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().length(43) });

const pinnedKey = publicKey.extend({
  /** After this the key counts for no grant. Absent: no end is known. */
  until: z.iso.datetime().optional(),
});

const pinnedKeys = z.object({ keys: z.array(z.unknown()) });

const succession = z.object({ key: publicKey, formerUntil: z.int() });

export type PinnedKey = z.infer<typeof pinnedKey>;

/** The keys of a key set that this agent can use; what else is in it is passed over. */
export function readPins(grantKeys: unknown): PinnedKey[] {
  const set = pinnedKeys.safeParse(grantKeys);
  if (!set.success) return [];
  return set.data.keys.flatMap((key) => {
    const read = pinnedKey.safeParse(key);
    return read.success ? [read.data] : [];
  });
}

/** RFC 7638. Made here, never taken from a key set: a name is no proof. */
export function keyIdOf({ crv, kty, x }: PinnedKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

export function findPin(pins: readonly PinnedKey[], keyId: unknown): PinnedKey | null {
  return pins.find((pin) => keyIdOf(pin) === keyId) ?? null;
}

export async function verifyingKey({ kty, crv, x }: PinnedKey): Promise<CryptoKey | Uint8Array> {
  return await importJWK({ kty, crv, x } satisfies JWK, 'EdDSA');
}

/**
 * The pins after every statement that a pinned key makes about its successor, over as many steps as there are. A key
 * speaks once: one that has a successor, or an end, announces no other.
 */
export async function followSuccessions(
  pins: readonly PinnedKey[],
  statements: readonly string[],
): Promise<PinnedKey[]> {
  let known = [...pins];
  for (;;) {
    const next = await oneStep(known, statements);
    if (next === null) return known;
    known = next;
  }
}

async function oneStep(
  pins: readonly PinnedKey[],
  statements: readonly string[],
): Promise<PinnedKey[] | null> {
  for (const statement of statements) {
    const former = findPin(pins, keyIdIn(statement));
    if (former === null || former.until !== undefined) continue;
    const said = await readSuccession(statement, former);
    if (said === null) continue;
    const until = new Date(said.formerUntil * 1000).toISOString();
    const others = pins.map((pin) => (pin === former ? { ...former, until } : pin));
    return pins.some(({ x }) => x === said.key.x) ? others : [said.key, ...others];
  }
  return null;
}

async function readSuccession(
  statement: string,
  former: PinnedKey,
): Promise<z.infer<typeof succession> | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(statement, await verifyingKey(former), {
      algorithms: ['EdDSA'],
    });
    if (protectedHeader.typ !== 'fieldgate-key-succession+jwt') return null;
    return succession.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return null;
  }
}

function keyIdIn(statement: string): unknown {
  try {
    return decodeProtectedHeader(statement).kid;
  } catch {
    return null;
  }
}
