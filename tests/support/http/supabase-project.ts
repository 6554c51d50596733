import { KeyObject, randomUUID, sign } from 'node:crypto';
import { CreateCustomer } from '../../../src/application/customer/create-customer.js';
import { use } from '../../../src/composition/provide.js';
import type { Cause } from '../../../src/domain/activity/activity-entry.js';
import type { IssuerKey } from '../../unit/identity/test-issuer.js';
import { encode, mint, newIssuerKey, TestIssuer } from '../../unit/identity/test-issuer.js';
import type { OpenedGateway } from './open-gateway.js';

const operator: Cause = { actor: { kind: 'cli', id: 'operator' }, requestId: null };

export type Claims = Readonly<Record<string, unknown>>;

/** A Supabase project as a gateway sees it: an issuer on real HTTP, and the tokens of its people. */
export class SupabaseProject {
  readonly issuer = new TestIssuer();
  readonly key: IssuerKey;

  /** `open` makes one that listens. */
  constructor(key: IssuerKey) {
    this.key = key;
    this.issuer.keys = [key];
  }

  static async open(): Promise<SupabaseProject> {
    const project = new SupabaseProject(await newIssuerKey('project-key'));
    await project.issuer.listen();
    return project;
  }

  get environment(): Readonly<Record<string, string>> {
    return { SUPABASE_URL: this.issuer.url };
  }

  /** Claims of a person who has just signed in; `change` wins, and `undefined` leaves one out. */
  claims(userId: string, change: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1_000);
    return {
      iss: `${this.issuer.url}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      sub: userId,
      email: 'ada@example.com',
      session_id: randomUUID(),
      aal: 'aal1',
      is_anonymous: false,
      iat: now,
      exp: now + 3_600,
      ...change,
    };
  }

  token(userId: string, change: Claims = {}, header: object = {}): Promise<string> {
    return mint(this.key, this.claims(userId, change), header);
  }

  /** Signs whatever texts stand for header and claims: what no library would. */
  handMade(header: string, claims: string): string {
    const input = `${encode(header)}.${encode(claims)}`;
    const key = { key: KeyObject.from(this.key.privateKey), dsaEncoding: 'ieee-p1363' } as const;
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  }

  close(): Promise<void> {
    return this.issuer.close();
  }
}

/** A customer with this person as its admin. */
export const newCustomerOf = (gateway: OpenedGateway, userId: string) =>
  use(gateway.container, CreateCustomer).execute({
    name: `Customer of ${userId}`,
    admin: { userId, name: 'Ada' },
    cause: operator,
  });
