import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IssuerKey } from '../unit/identity/test-issuer.js';
import { mint, newIssuerKey } from '../unit/identity/test-issuer.js';

interface StandInUser {
  readonly id: string;
  readonly email: string;
  confirmed: boolean;
  banned: boolean;
}

/** What was asked: by whom, for what, and under which request id. */
export interface AskedOfAuth {
  readonly what: string;
  readonly apikey: string | undefined;
  readonly requestId: string | undefined;
}

const secretKey = 'sb_secret_for_the_stand_in_auth_server';

/**
 * Supabase Auth, as far as the gateway talks to it, over real HTTP: the key set, the user of a token, invitations and
 * the list of users, with the answers and error codes of the original.
 */
export class StandInAuthServer {
  readonly secretKey = secretKey;
  readonly asked: AskedOfAuth[] = [];
  /** A hosted project does; an Auth server without a gateway in front does not. */
  asksForKey = true;
  /** Answers instead, when set. */
  ill: ((response: ServerResponse) => void) | null = null;
  readonly #key: IssuerKey;
  readonly #users: StandInUser[] = [];
  readonly #sessions = new Set<string>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(key: IssuerKey) {
    this.#key = key;
  }

  static async open(): Promise<StandInAuthServer> {
    const server = new StandInAuthServer(await newIssuerKey('stand-in'));
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  addUser(email: string): string {
    const user = { id: randomUUID(), email, confirmed: true, banned: false };
    this.#users.push(user);
    return user.id;
  }

  ban(userId: string): void {
    for (const user of this.#users) user.banned ||= user.id === userId;
  }

  /** An access token of a new session of this user. */
  async signIn(userId: string, claims: object = {}): Promise<{ token: string; sessionId: string }> {
    const sessionId = randomUUID();
    this.#sessions.add(sessionId);
    const now = Math.floor(Date.now() / 1_000);
    const token = await mint(this.#key, {
      iss: `${this.url}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      aal: 'aal2',
      sub: userId,
      session_id: sessionId,
      is_anonymous: false,
      iat: now,
      exp: now + 3_600,
      ...claims,
    });
    return { token, sessionId };
  }

  signOut(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const what = `${request.method ?? ''} ${pathname}`;
    const { apikey, 'x-request-id': requestId } = request.headers;
    this.asked.push({ what, apikey: one(apikey), requestId: one(requestId) });
    if (this.ill !== null) {
      this.ill(response);
      return;
    }
    const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (what === 'GET /auth/v1/.well-known/jwks.json') answer(response, 200, { keys: [this.#key.jwk] });
    else if (this.asksForKey && apikey !== secretKey) answer(response, 401, { message: 'Invalid API key' });
    else if (what === 'GET /auth/v1/user') this.#answerUser(bearer, response);
    else if (bearer !== secretKey) refuse(response, 401, 'no_authorization');
    else if (what === 'POST /auth/v1/invite') this.#invite(await bodyOf(request), response);
    else if (what === 'GET /auth/v1/admin/users') {
      const [page, size] = [
        Number(searchParams.get('page')),
        Math.min(Number(searchParams.get('per_page')), 2),
      ];
      answer(response, 200, {
        users: this.#users.slice((page - 1) * size, page * size),
        aud: 'authenticated',
      });
    } else refuse(response, 404, 'not_found');
  }

  #answerUser(token: string, response: ServerResponse): void {
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      readonly sub: string;
      readonly session_id: string;
    };
    const user = this.#users.find(({ id }) => id === claims.sub);
    if (!this.#sessions.has(claims.session_id)) refuse(response, 403, 'session_not_found');
    else if (user === undefined) refuse(response, 403, 'user_not_found');
    else if (user.banned) refuse(response, 403, 'user_banned');
    else answer(response, 200, user);
  }

  #invite(body: unknown, response: ServerResponse): void {
    const { email } = body as { readonly email: string };
    const known = this.#users.find((user) => user.email === email);
    if (known?.confirmed === true) {
      refuse(response, 422, 'email_exists');
      return;
    }
    const user = known ?? { id: randomUUID(), email, confirmed: false, banned: false };
    if (known === undefined) this.#users.push(user);
    answer(response, 200, user);
  }
}

const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  answer(response, status, { code: status, error_code: code, msg: code.replaceAll('_', ' ') });
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return JSON.parse(text);
}
