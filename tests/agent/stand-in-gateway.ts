import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GrantMaker } from './grant-maker.js';
import type { Handed } from './grant-maker.js';
import { StandInSockets } from './stand-in-sockets.js';

export interface Received {
  readonly path: string;
  readonly method: string;
  readonly token: string | null;
  readonly body: Record<string, unknown>;
  readonly over: 'http' | 'socket';
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** `lose` carries the request out and then breaks the connection before the answer; `hold` never answers. */
export type Interference = Answer | 'lose' | 'hold';

interface Offered {
  readonly id: string;
  readonly type: string;
  readonly parameters: unknown;
  readonly visibleForMs?: number;
  readonly cancelRequested?: boolean;
  readonly deliveryClass?: string;
  /** In place of a grant that is right. */
  readonly grant?: (keys: GrantMaker, command: Handed) => Promise<string | null>;
  /** What somebody on the way makes of the claimed command. */
  readonly tamper?: (claimed: Record<string, unknown>) => Record<string, unknown>;
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers,
    body: { type: 'about:blank', title: code, status, detail: code, code, requestId: 'r' },
  };
}

/** A real HTTP server that speaks the device API as far as one agent needs it, and misbehaves on request. */
export class StandInGateway {
  readonly received: Received[] = [];
  readonly results = new Map<string, Record<string, unknown>>();
  readonly cancelled = new Set<string>();
  heartbeatMs = 100;
  /** How far its clock is ahead of that of this machine. */
  aheadMs = 0;
  /** The key that it signs with, and those that its devices are told of when they register. */
  keys = new GrantMaker();
  pinned: GrantMaker[] = [this.keys];
  successions: string[] = [];
  /** What sign-in answers instead of a token, while set. */
  signInRefusal: Answer | null = null;
  /** Its `/ws/device`; absent until a test opens it. */
  readonly live = new StandInSockets({
    answer: (path, token, body, gone) => this.#answer(path, 'POST', token, body, gone),
    receive: (received) => this.#receive(received),
    isSignedIn: (token) => token === this.#liveToken,
    isOver: (id) => this.results.has(id),
  });
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));
  readonly #queue: Offered[] = [];
  readonly #attempts = new Map<string, unknown[]>();
  readonly #tokens = new Map<string, string>();
  readonly #interferences: { path: RegExp; with: Interference }[] = [];
  readonly #leases = new Map<string, number>();
  #liveToken = '';
  #counter = 0;
  #wake: (() => void)[] = [];

  async start(port = 0): Promise<URL> {
    this.#server.on('upgrade', (request, socket, head) => this.live.upgrade(request, socket, head));
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.live.cutAll();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  offer(command: Offered): void {
    this.#queue.push(command);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The next request to a matching path is answered so instead. */
  interfere(path: RegExp, answer: Interference): void {
    this.#interferences.push({ path, with: answer });
  }

  /** All tokens die, as after the dispatch store was wiped. */
  forgetTokens(): void {
    this.#liveToken = '';
  }

  /** The claim on a command is given to somebody else. */
  supersede(id: string): void {
    this.#tokens.set(id, 'somebody-else');
  }

  calls(path: RegExp): Received[] {
    return this.received.filter((one) => path.test(one.path));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const path = (request.url ?? '').replace('/api/v1/device', '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const method = request.method ?? '';
    const interference = this.#receive({ path, method, token, body, over: 'http' });
    if (interference === 'lose' || interference === 'hold') {
      await this.#answer(path, method, token, body, gone.signal);
      if (interference === 'lose') request.socket.destroy();
      return;
    }
    const answer = interference ?? (await this.#answer(path, method, token, body, gone.signal));
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body ?? {}));
  }

  #receive(received: Received): Interference | null {
    this.received.push(received);
    const index = this.#interferences.findIndex(({ path }) => path.test(received.path));
    return index < 0 ? null : (this.#interferences.splice(index, 1)[0]?.with ?? null);
  }

  async #answer(
    path: string,
    method: string,
    token: string | null,
    body: Record<string, unknown>,
    gone: AbortSignal,
  ): Promise<Answer> {
    if (path === '/.well-known/fieldgate-keys.json') {
      return { status: 200, body: { keys: [this.keys.publicJwk], successions: this.successions } };
    }
    if (path === '/register') return this.#register(body);
    if (path === '/auth' && method === 'POST') return this.#signIn();
    if (token === null || token !== this.#liveToken) return problem(401, 'invalid_token');
    if (path === '/auth') {
      this.forgetTokens();
      return { status: 204 };
    }
    if (path === '/heartbeat') return this.#heartbeat();
    if (path === '/commands/claim') return await this.#claim(body, gone);
    return this.#onCommand(path, body);
  }

  #register(body: Record<string, unknown>): Answer {
    if (body['activationCode'] !== 'GOOD-CODE') return problem(401, 'invalid_activation_code');
    this.#counter += 1;
    return {
      status: 201,
      body: {
        deviceId: body['deviceId'],
        customerId: 'customer-1',
        deviceSecret: `fgd_secret_${this.#counter}`,
        grantKeys: { keys: this.pinned.map(({ publicJwk }) => publicJwk) },
        heartbeatIntervalMs: this.heartbeatMs,
      },
    };
  }

  #signIn(): Answer {
    if (this.signInRefusal !== null) return this.signInRefusal;
    this.#counter += 1;
    this.#liveToken = `fgt_token_${this.#counter}`;
    return { status: 200, body: { token: this.#liveToken, deviceId: 'device-1', expiresInMs: 60_000 } };
  }

  #heartbeat(): Answer {
    const body = {
      serverTime: new Date(Date.now() + this.aheadMs).toISOString(),
      nextHeartbeatMs: this.heartbeatMs,
      pendingCommands: this.#queue.length,
      cancelRequested: [...this.cancelled],
    };
    return { status: 200, body };
  }

  async #claim(body: Record<string, unknown>, gone: AbortSignal): Promise<Answer> {
    const attemptId = String(body['attemptId']);
    const replay = this.#attempts.get(attemptId);
    if (replay !== undefined) return { status: 200, body: { commands: replay } };
    if (this.#queue.length === 0) await this.#offered(Number(body['waitMs']), gone);
    // A poll whose caller has left must take nothing.
    if (gone.aborted) return problem(503, 'caller_left');
    const taken = this.#queue.splice(0, Number(body['limit']));
    const commands = await Promise.all(taken.map((command) => this.#handOver(command)));
    this.#attempts.set(attemptId, commands);
    return { status: 200, body: { commands } };
  }

  async #handOver(command: Offered): Promise<Record<string, unknown>> {
    this.#counter += 1;
    const claimToken = `claim_${this.#counter}`;
    this.#tokens.set(command.id, claimToken);
    this.#leases.set(command.id, command.visibleForMs ?? 60_000);
    const { id, type, parameters, deliveryClass = 'at_least_once' } = command;
    const handed = { ...{ id, type, parameters, deliveryClass }, nowMs: Date.now() + this.aheadMs };
    const grant =
      command.grant === undefined ? await this.keys.grant(handed) : await command.grant(this.keys, handed);
    const claimed = {
      ...{ id, type, parameters, deliveryClass, claimToken, grant },
      ...{ priority: 0, attempt: 1, expiresInMs: 60_000 },
      visibleForMs: command.visibleForMs ?? 60_000,
      cancelRequested: command.cancelRequested ?? false,
    };
    return command.tamper?.(claimed) ?? claimed;
  }

  async #offered(waitMs: number, gone: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wake.push(wake);
      gone.addEventListener('abort', wake);
    });
  }

  #onCommand(path: string, body: Record<string, unknown>): Answer {
    const [, , id = '', action = ''] = path.split('/');
    if (!this.#tokens.has(id)) return problem(404, 'command_not_found');
    if (this.#tokens.get(id) !== body['claimToken']) return problem(409, 'claim_superseded');
    if (this.results.has(id) && action !== 'result') return problem(409, 'command_finished');
    const cancelRequested = this.cancelled.has(id);
    if (action === 'extend')
      return { status: 200, body: { visibleForMs: this.#leases.get(id), cancelRequested } };
    if (action === 'progress') return { status: 200, body: { cancelRequested } };
    if (action === 'release') return { status: 200, body: { state: 'queued' } };
    this.results.set(id, body);
    return { status: 200, body: { state: body['status'], late: false } };
  }
}
