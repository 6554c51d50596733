import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Gateways } from '../servers/gateways.js';
import { HttpCaller } from './http-caller.js';

export interface Person {
  readonly id: string;
  readonly token: string;
}

export interface Customer {
  readonly id: string;
  readonly proposer: Person;
  readonly approvers: readonly Person[];
}

export interface Registered {
  readonly id: string;
  readonly customer: Customer;
  readonly secret: string;
}

/** Tokens live for a day at most; a long run needs no new ones. */
const tokenSeconds = 80_000;
/** A machine that is busy starting everything else may need more than one try. */
const patience = 60;

/** Signs access tokens as the identity provider of the run, second factor included. */
export class IdentityProvider {
  readonly secret = randomBytes(32).toString('hex');
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Somebody whose sign-in is never older than a minute, since what destroys asks for a factor used lately. */
  person(id: string = randomUUID()): Person {
    let issued = { at: 0, token: '' };
    const renewed = (): string => {
      if (Date.now() - issued.at > 60_000) issued = { at: Date.now(), token: this.#token(id) };
      return issued.token;
    };
    return {
      id,
      get token() {
        return renewed();
      },
    };
  }

  #token(id: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: `${this.#url}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      aal: 'aal2',
      amr: [{ method: 'totp', timestamp: now }],
      sub: id,
      session_id: randomUUID(),
      iat: now,
      exp: now + tokenSeconds,
    };
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    const signature = createHmac('sha256', this.secret).update(signed).digest('base64url');
    return `${signed}.${signature}`;
  }
}

/** Customers and their people, written straight into the record: how they come to be is not what is looked at. */
export async function makeCustomers(
  database: pg.Client,
  identity: IdentityProvider,
  count: number,
): Promise<readonly Customer[]> {
  const customers: Customer[] = [];
  for (let number = 1; number <= count; number += 1) {
    const id = randomUUID();
    const customer = { id, proposer: identity.person(), approvers: [identity.person(), identity.person()] };
    await database.query('insert into fieldgate.customers values ($1, $2, fieldgate.clock_now())', [
      id,
      `Customer ${String(number)}`,
    ]);
    for (const person of [customer.proposer, ...customer.approvers]) {
      await database.query('insert into fieldgate.members values ($1, $2, $3, $4)', [
        id,
        person.id,
        'Member',
        'admin',
      ]);
    }
    customers.push(customer);
  }
  return customers;
}

export async function registerDevices(
  gateways: Gateways,
  customer: Customer,
  count: number,
): Promise<readonly Registered[]> {
  const caller = new HttpCaller(2);
  const [node] = gateways.nodes;
  const port = node?.port ?? 0;
  const call = async (path: string, body: object, headers: Record<string, string>): Promise<unknown> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await caller.send({ port, method: 'POST', path, body, headers });
      if (answer.type === 'ok') return answer.body;
      const isFinal = answer.type === 'fail' && answer.code !== 'idempotency_in_progress';
      if (isFinal || tries === patience)
        throw new Error(`${path}: ${String(answer.status)} ${answer.code ?? ''}`);
      await sleep(1_000);
    }
  };
  try {
    return await Promise.all(
      Array.from({ length: count }, async (_, number) => {
        const provisioned = (await call(
          '/api/v1/customer/devices/provision',
          { name: `Device ${String(number + 1)}` },
          { authorization: `Bearer ${customer.proposer.token}`, 'idempotency-key': `d${String(number)}` },
        )) as { readonly device: { readonly id: string }; readonly activationCode: string };
        const { id } = provisioned.device;
        const registration = { deviceId: id, activationCode: provisioned.activationCode };
        const { deviceSecret } = (await call('/api/v1/device/register', registration, {})) as {
          readonly deviceSecret: string;
        };
        return { id, customer, secret: deviceSecret };
      }),
    );
  } finally {
    caller.close();
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
