import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { CreateCustomer } from '../../../src/application/customer/create-customer.js';
import { use } from '../../../src/composition/provide.js';
import type { Role } from '../../../src/domain/customer/role.js';
import { ApiClient } from '../api-client.js';
import type { OpenedGateway } from './open-gateway.js';

const cause = { actor: { kind: 'cli', id: 'cli' }, requestId: null } as const;
const address = 'http://127.0.0.1:9';

/** How somebody signed in: with which factors, and how long ago. */
export interface SignedIn {
  readonly aal?: 'aal1' | 'aal2';
  /** The second factor was used so many milliseconds ago. Absent: the token does not say. */
  readonly factorAgeMs?: number;
  readonly method?: string;
  /** For how long the token is good, in whole seconds; an hour unless it is said. */
  readonly livesS?: number;
}

/** A fresh second factor. */
export const strongly: SignedIn = { aal: 'aal2', factorAgeMs: 0 };

export interface TestPerson {
  readonly id: string;
  readonly name: string;
  /** As they sign in, at the first gateway unless another is named. */
  api(how?: SignedIn, gateway?: OpenedGateway): ApiClient;
}

/** Signs access tokens as a project on the shared secret does, so that tests have people with second factors. */
export class TokenPeople {
  readonly #secret = randomBytes(32).toString('hex');

  /** What a gateway needs to be told of them. */
  get environment(): Readonly<Record<string, string>> {
    return { SUPABASE_URL: address, SUPABASE_SECRET_KEY: 'unused', SUPABASE_JWT_SECRET: this.#secret };
  }

  /** A customer of their own, and its first admin. */
  async customer(gateway: OpenedGateway): Promise<{ readonly id: string; readonly admin: TestPerson }> {
    const admin = this.#person(gateway, 'Admin');
    const { customerId } = await use(gateway.container, CreateCustomer).execute({
      name: 'Corner shop',
      admin: { userId: admin.id, name: admin.name },
      cause,
    });
    return { id: customerId, admin };
  }

  async member(gateway: OpenedGateway, customerId: string, role: Role): Promise<TestPerson> {
    const person = this.#person(gateway, `Somebody who is ${role}`);
    await this.give(gateway, customerId, person, role);
    return person;
  }

  /** Gives them another role. */
  async give(
    gateway: OpenedGateway,
    customerId: string,
    { id, name }: TestPerson,
    role: Role,
  ): Promise<void> {
    await use(gateway.container, AddMember).execute({
      member: { customerId, userId: id, name, role },
      cause,
    });
  }

  #person(first: OpenedGateway, name: string): TestPerson {
    const id = randomUUID();
    return {
      id,
      name,
      api: (how = {}, { url } = first) =>
        new ApiClient(url, { authorization: `Bearer ${this.#token(id, how)}` }),
    };
  }

  #token(id: string, { aal = 'aal1', factorAgeMs, method = 'totp', livesS = 3_600 }: SignedIn): string {
    const now = Math.floor(Date.now() / 1_000);
    const factor = { method, timestamp: now - Math.floor((factorAgeMs ?? 0) / 1_000) };
    const claims = {
      iss: `${address}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      aal,
      amr: [{ method: 'password', timestamp: now - 7_200 }, ...(factorAgeMs === undefined ? [] : [factor])],
      sub: id,
      session_id: randomUUID(),
      iat: now,
      exp: now + livesS,
    };
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`;
  }
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
