import type { JsonObject } from '../../domain/shared/json.js';

/** What a device checks before it runs anything. */
export interface Grant {
  readonly commandId: string;
  readonly deviceId: string;
  /** SHA-256 of the whole envelope. */
  readonly digest: string;
  /** The members of the envelope that the device is not handed otherwise. */
  readonly facts: JsonObject;
  /** The people who approved; empty when the policy alone lets the command run. */
  readonly approvers: readonly string[];
  /** What stands for the approvals that the policy asks for; absent: they were given to this very command. */
  readonly basis?: 'standing_grant' | 'break_glass';
  /** The standing grant by which they had approved beforehand. */
  readonly standingGrantId?: string;
  readonly notAfter: Date;
}

export interface GrantSigner {
  /** A compact JWS (EdDSA over Ed25519, RFC 8037) by the newest key. */
  sign(grant: Grant): Promise<string>;
  /** All keys that are valid at this moment, as a JWKS (RFC 7517). Devices pin them when they register. */
  publicKeys(): { readonly keys: readonly JsonObject[] };
  /** Statements in which a key names the one after it, oldest first, each a compact JWS by the former key. */
  successions(): readonly string[];
}
