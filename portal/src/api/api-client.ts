import type { paths } from './contract.js';
import { problemOf, unanswered, unreachable } from './problem.js';

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<Path extends keyof paths, V extends Verb> = V extends keyof paths[Path]
  ? paths[Path][V]
  : never;
/** The routes that know the verb. */
export type RouteOf<V extends Verb> = {
  [Path in keyof paths]: V extends keyof paths[Path] ? Path : never;
}[keyof paths];

type PathOf<Op> = Op extends { parameters: { path: infer Path } } ? { readonly path: Path } : unknown;
type QueryOf<Op> = Op extends { parameters: { query?: infer Query } } ? { readonly query?: Query } : unknown;
type BodyOf<Op> = Op extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Body }
  : Op extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? // A route that takes none at all fits here too.
      unknown extends Body
      ? unknown
      : { readonly body?: Body }
    : unknown;
/**
 * What a call takes. `key`: the same key and body is the same call, however often it is sent. `version`: of the thing that
 * is changed, as it was read. `patienceMs`: how long an answer is waited for; a pulled plug answers nothing, not even no.
 */
export type Given<Op> = PathOf<Op> &
  QueryOf<Op> &
  BodyOf<Op> & { readonly key?: string; readonly version?: number; readonly patienceMs?: number };

type JsonOf<Answers> = Answers extends { content: { 'application/json': infer Body } } ? Body : undefined;
export type Answer<Op> = Op extends { responses: infer Answers }
  ? JsonOf<Answers[keyof Answers & (200 | 201 | 204)]>
  : never;

/** What the client has to know of whoever is signed in. */
export interface ApiCaller {
  /** A token that is still good; null when nobody is signed in any more. */
  accessToken(): Promise<string | null>;
  customerId(): string | null;
  /** Resolves when there is no reason to wait with a call. */
  ready?(): Promise<void>;
  /** Told when the gateway does not know the sign-in any more. */
  refused(): void;
}

interface LooseGiven {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly key?: string;
  readonly version?: number;
  readonly patienceMs?: number;
}

/** Longer than the gateway takes for anything but what says so. */
const patientMs = 20_000;

/** The customer API, typed by its own contract. Every call rejects with a `Problem` when it is not served. */
export class ApiClient {
  readonly #caller: ApiCaller;
  #clockOffsetMs = 0;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** The gateway's time when it is `viewerMs` here, to about a second: clocks of viewers may be wrong. */
  at(viewerMs: number): number {
    return viewerMs + this.#clockOffsetMs;
  }

  async call<V extends Verb, Path extends RouteOf<V>>(
    verb: V,
    path: Path,
    given: Given<Operation<Path, V>>,
  ): Promise<Answer<Operation<Path, V>>> {
    return (await this.#send(verb, path, given)) as Answer<Operation<Path, V>>;
  }

  async #send(
    verb: Verb,
    route: string,
    { path = {}, query = {}, body, key, version, patienceMs = patientMs }: LooseGiven,
  ): Promise<unknown> {
    await this.#caller.ready?.();
    const token = await this.#caller.accessToken();
    if (token === null) {
      this.#caller.refused();
      throw problemOf(401, { code: 'unauthenticated', title: 'Nobody is signed in' }, null);
    }
    const customerId = this.#caller.customerId();
    // What only looks has certainly done nothing.
    const lost = verb === 'get' ? unreachable : unanswered;
    const answer = await fetch(addressOf(route, path, query), {
      method: verb.toUpperCase(),
      headers: {
        authorization: `Bearer ${token}`,
        ...(customerId !== null && { 'x-customer-id': customerId }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    }).catch(() => {
      throw lost();
    });
    this.#learnTheTime(answer);
    const said: unknown = await answer.json().catch(() => undefined);
    // The line broke within the answer.
    if (answer.ok && said === undefined && answer.status !== 204) throw lost();
    if (answer.ok) return said;
    const { status, headers } = answer;
    const problem = problemOf(status, said, headers.get('x-request-id'), headers.get('retry-after'));
    if (problem.code === 'unauthenticated') this.#caller.refused();
    throw problem;
  }

  #learnTheTime(answer: Response): void {
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(date)) return;
    // The header has whole seconds: half of one is the best guess.
    const offset = date + 500 - Date.now();
    this.#clockOffsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
  }
}

function addressOf(
  route: string,
  path: Readonly<Record<string, string>>,
  query: Readonly<Record<string, unknown>>,
): string {
  const filled = route.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(path[name] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'number' || (typeof value === 'string' && value !== ''))
      search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

/** A fresh idempotency key. `crypto.randomUUID` is missing where a page is not served over TLS. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
