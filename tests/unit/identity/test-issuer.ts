import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export interface IssuerKey {
  readonly kid: string;
  readonly alg: 'ES256' | 'RS256';
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newIssuerKey(kid: string, alg: 'ES256' | 'RS256' = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig', key_ops: ['verify'] };
  return { kid, alg, privateKey, publicKey, jwk };
}

export const pemOf = (key: IssuerKey) => exportSPKI(key.publicKey);

/** An Auth server that serves a key set over real HTTP, and can be ill in several ways. */
export class TestIssuer {
  keys: readonly IssuerKey[] = [];
  /** Answers instead of the key set when set. */
  ill: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  /** The `X-Request-ID` of each request for the key set. */
  readonly requests: (string | undefined)[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const id = request.headers['x-request-id'];
      this.requests.push(typeof id === 'string' ? id : undefined);
      if (this.ill !== null) {
        this.ill(request, response);
        return;
      }
      const found = request.url === '/auth/v1/.well-known/jwks.json';
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: this.keys.map((key) => key.jwk) }));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A token with exactly these claims, under the key's own name unless the header says otherwise. */
export function mint(key: IssuerKey, claims: object, header: object = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey);
}

export const encode = (text: string) => Buffer.from(text).toString('base64url');
