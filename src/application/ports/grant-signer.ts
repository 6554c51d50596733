import type { JsonObject } from '../../domain/shared/json.js';

/** What a device checks before it runs anything. */
export interface Grant {
  readonly commandId: string;
  readonly deviceId: string;
  readonly digest: string;
  /** The people who approved; empty when the policy alone lets the command run. */
  readonly approvers: readonly string[];
  /** What stands for the approvals that the policy asks for; absent: they were given to this very command. */
  readonly basis?: 'standing_grant' | 'break_glass';
  /** The standing grant by which they had approved beforehand. */
  readonly standingGrantId?: string;
  readonly policyVersion: number;
  readonly notAfter: Date;
}

export interface GrantSigner {
  /** A compact JWS (EdDSA over Ed25519, RFC 8037). */
  sign(grant: Grant): Promise<string>;
  /** The public keys as a JWKS (RFC 7517). Devices pin them when they register. */
  publicKeys(): { readonly keys: readonly JsonObject[] };
}
