import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { SignJWT } from 'jose';

/** What a device is handed of a command, and the gateway's time at that moment. */
export interface Handed {
  readonly id: string;
  readonly type: string;
  readonly parameters: unknown;
  readonly deliveryClass: string;
  readonly nowMs: number;
}

export interface GrantChanges {
  readonly deviceId?: string;
  readonly customerId?: string;
  readonly jti?: string;
  readonly endsInMs?: number;
  readonly header?: Record<string, string>;
  readonly claims?: Record<string, unknown>;
}

/** One grant-signing key, and what can be signed with it. It shares no code with the gateway or the agent. */
export class GrantMaker {
  readonly privateKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, string>>;
  readonly keyId: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    this.keyId = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
    this.publicJwk = { kty: 'OKP', crv: 'Ed25519', x, kid: this.keyId, alg: 'EdDSA', use: 'sig' };
  }

  /** What a gateway gives for this command, apart from the changes. */
  grant({ id, type, parameters, deliveryClass, nowMs }: Handed, changes: GrantChanges = {}): Promise<string> {
    const { deviceId = 'device-1', customerId = 'customer-1', endsInMs = 60_000 } = changes;
    const envelope = {
      ...{ customerId, deviceCredentialGeneration: 1, policyVersion: 1, risk: 'read', sessionId: null },
      ...{ typeVersion: 1, proposedBy: { kind: 'member', id: 'm' } },
      expiresAt: new Date(nowMs + endsInMs).toISOString(),
    };
    const whole = { ...envelope, commandId: id, deviceId, type, parameters, deliveryClass };
    const digest = createHash('sha256')
      .update(canonicalize(whole) ?? '')
      .digest('hex');
    return new SignJWT({ digest, envelope, approvers: [], ...changes.claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.keyId, typ: 'fieldgate-grant+jwt', ...changes.header })
      .setSubject(deviceId)
      .setJti(changes.jti ?? id)
      .setExpirationTime(Math.floor((nowMs + endsInMs) / 1000))
      .sign(this.privateKey);
  }

  /** This key's word for the one after it. */
  succession(next: GrantMaker, formerUntilMs = Date.now() + 3_600_000): Promise<string> {
    return new SignJWT({
      key: { kty: 'OKP', crv: 'Ed25519', x: next.publicJwk['x'] },
      formerUntil: Math.floor(formerUntilMs / 1000),
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.keyId, typ: 'fieldgate-key-succession+jwt' })
      .sign(this.privateKey);
  }
}
