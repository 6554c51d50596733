import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { verifyingKey } from './key-pins.js';
import type { PinnedKey } from './key-pins.js';
import type { ClaimedCommand } from './wire-contract.js';

const claims = z.object({
  sub: z.string(),
  jti: z.string(),
  exp: z.int(),
  digest: z.string(),
  /** What this device is not given otherwise. Members that it knows by itself have no business here. */
  envelope: z.record(z.string(), z.unknown()),
});

export interface GrantCheck {
  readonly command: ClaimedCommand;
  readonly deviceId: string;
  readonly customerId: string;
  /** By the gateway's clock, in milliseconds since 1970. */
  readonly now: number;
  /** The pinned key of an id, or null. */
  readonly findKey: (keyId: string) => Promise<PinnedKey | null>;
}

/**
 * Null when people, or the policy, allowed exactly this command on exactly this device, and otherwise what is wrong,
 * in words for whoever proposed it. Nothing of the grant is believed before its signature is.
 */
export async function whyNotGranted(check: GrantCheck): Promise<string | null> {
  const { grant } = check.command;
  if (grant === null || grant === '') return 'The command came without a grant.';
  const header = headerOf(grant);
  if (header === null) return 'The grant is not a signed token.';
  if (header.alg !== 'EdDSA') return `The grant is signed with "${String(header.alg)}"; only EdDSA counts.`;
  if (header.typ !== 'fieldgate-grant+jwt') return 'The token in place of the grant is none.';
  const key = typeof header.kid === 'string' ? await check.findKey(header.kid) : null;
  if (key === null) return 'The grant is signed with a key that this device does not trust.';
  if (key.until !== undefined && Date.parse(key.until) <= check.now) {
    return 'The grant is signed with a former key whose time is over.';
  }
  const payload = await verifiedPayload(grant, key);
  if (payload === null) {
    return 'The signature of the grant does not fit: it was changed, or made with another key.';
  }
  const granted = claims.safeParse(payload);
  if (!granted.success) return 'The grant does not say what was approved.';
  return whyNotThis(granted.data, check);
}

function whyNotThis(granted: z.infer<typeof claims>, check: GrantCheck): string | null {
  const { command, deviceId, customerId, now } = check;
  if (granted.sub !== deviceId) return 'The grant is for another device.';
  if (granted.jti !== command.id) return 'The grant is for another command.';
  if (granted.envelope['customerId'] !== customerId) return 'The grant is of another customer.';
  if (granted.exp * 1000 <= now) return 'The grant has expired.';
  if (digestOf({ ...granted.envelope, ...handedOver(command, deviceId) }) !== granted.digest) {
    return 'The command is not the one that was approved: its type, parameters or delivery class were changed.';
  }
  return null;
}

const handedOver = ({ id, type, parameters, deliveryClass }: ClaimedCommand, deviceId: string) => ({
  ...{ commandId: id, deviceId, type, parameters, deliveryClass },
});

/** SHA-256 of the canonical form (RFC 8785), in hex; null for what has none. */
function digestOf(envelope: unknown): string | null {
  try {
    const text = canonicalize(envelope);
    return text === undefined ? null : createHash('sha256').update(text).digest('hex');
  } catch {
    return null;
  }
}

function headerOf(grant: string): ReturnType<typeof decodeProtectedHeader> | null {
  try {
    return decodeProtectedHeader(grant);
  } catch {
    return null;
  }
}

async function verifiedPayload(grant: string, key: PinnedKey): Promise<unknown> {
  try {
    const { payload } = await compactVerify(grant, await verifyingKey(key), { algorithms: ['EdDSA'] });
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}
