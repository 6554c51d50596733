import { WebSocket } from 'ws';
import type { Answer, Interference, Received } from './stand-in-gateway.js';

export interface Ready {
  readonly capacity: number;
  readonly attemptId: string | null;
}

/** What a connection asks of its gateway. */
export interface Backend {
  /** As a request to the path would be answered. */
  answer(
    path: string,
    token: string | null,
    body: Record<string, unknown>,
    gone: AbortSignal,
  ): Promise<Answer>;
  /** Notes what came, and says how to misbehave. */
  receive(received: Received): Interference | null;
  /** Notes it; the problem with which it is refused, null when it is taken. */
  ready(ready: Ready): Answer | null;
  isSignedIn(token: string): boolean;
  /** Whether the result of a command has come. */
  isOver(id: string): boolean;
  losesPush(): boolean;
}

type Message = Record<string, unknown>;
type Said = Message & { readonly type: string; readonly commandId?: string };

const replyTypes: Readonly<Record<string, string>> = {
  ...{ heartbeat: 'heartbeat.ok', claim: 'claimed', extend: 'extended', progress: 'progress.ok' },
  ...{ release: 'released', result: 'result.ok' },
};
/** As many messages at once, and in a second, as a gateway takes. */
const burst = 60;
const perSecond = 20;

/** One connection of a device. */
export class StandInConnection {
  readonly token: string;
  /** Pings that the device answered. */
  pongs = 0;
  /** While true nothing is read, said or pinged: the line is dead, and neither end knows. */
  isMute = false;
  closed: { readonly code: number } | null = null;
  readonly #socket: WebSocket;
  readonly #backend: Backend;
  readonly #gone = new AbortController();
  readonly #pushed = new Set<string>();
  #turn = new AbortController();
  #capacity = 0;
  #next = { base: 'made-up', n: 1 };
  #isPushing = false;
  #budget = burst;
  #budgetAt = performance.now();

  constructor(socket: WebSocket, token: string, backend: Backend, isRude: boolean) {
    this.token = token;
    this.#socket = socket;
    this.#backend = backend;
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closed = { code };
      this.#gone.abort();
      this.#turn.abort();
    });
    socket.on('pong', () => {
      this.pongs += 1;
    });
    socket.on('message', (data: Buffer) => {
      if (!this.isMute) void this.#hear(JSON.parse(data.toString()) as Said);
    });
    const serverTime = new Date().toISOString();
    if (!isRude) this.say({ type: 'welcome', deviceId: 'device-1', serverTime, heartbeatIntervalMs: 30_000 });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  pingAllTheSame(): void {
    if (this.isOpen) this.#socket.ping();
  }

  say(message: Message): void {
    if (!this.isMute) this.#socket.send(JSON.stringify({ requestId: 'r', ...message }), () => undefined);
  }

  ping(): void {
    if (this.isOpen && !this.isMute) this.#socket.ping();
  }

  /** Pushes more than it was asked to. */
  overfill(by: number): void {
    this.#capacity += by;
    this.#turn.abort();
  }

  close(code: number): void {
    this.#socket.close(code, 'as the test says');
  }

  cut(): void {
    this.#socket.terminate();
  }

  async #hear({ type, id, commandId, ...body }: Said): Promise<void> {
    this.#spend();
    if (type === 'ready') {
      const ready = { capacity: Number(body['capacity']), attemptId: (body['attemptId'] as string) ?? null };
      const refusal = this.#backend.ready(ready);
      if (refusal !== null) {
        this.say({ type: 'error', id, problem: refusal.body });
        return;
      }
      this.#ready(ready);
      this.say({ type: 'ready.ok', id, capacity: ready.capacity });
      return;
    }
    const about = commandId === undefined ? '' : `/commands/${commandId}`;
    const path = type === 'claim' ? '/commands/claim' : `${about}/${type}`;
    const interference = this.#backend.receive({
      ...{ path, method: 'POST', token: this.token, body, over: 'socket' },
    });
    const wasMeant = interference !== null && typeof interference === 'object';
    const answer = wasMeant
      ? interference
      : await this.#backend.answer(path, this.token, body, this.#gone.signal);
    if (type === 'result' || type === 'release' || answer.status === 409) this.#end(commandId ?? '');
    if (interference === 'hold') return;
    if (interference === 'lose') this.cut();
    else if (answer.status < 400) {
      this.say({ ...(answer.body as Message), type: replyTypes[type] ?? 'unknown', id });
    } else {
      this.say({ type: 'error', id, problem: answer.body });
      if (answer.status === 401) this.close(4401);
    }
  }

  #ready({ capacity, attemptId }: Ready): void {
    this.#capacity = capacity;
    if (attemptId !== null) {
      const [, base = attemptId, n = '0'] = /^(.+):(\d+)$/.exec(attemptId) ?? [];
      this.#next = { base, n: Number(n) };
    }
    this.#turn.abort();
    if (!this.#isPushing) void this.#push();
  }

  /** One claim after the other, as long as there is room. */
  async #push(): Promise<void> {
    this.#isPushing = true;
    while (this.#capacity > 0 && !this.#gone.signal.aborted) {
      this.#turn = new AbortController();
      const free = this.#capacity - this.#pushed.size;
      if (free <= 0) {
        await new Promise((resolve) => this.#turn.signal.addEventListener('abort', resolve));
        continue;
      }
      const next = this.#next;
      const attemptId = `${next.base}:${next.n}`;
      const asked = { attemptId, limit: free, waitMs: 60_000 };
      const answer = await this.#backend.answer('/commands/claim', this.token, asked, this.#turn.signal);
      if (answer.status !== 200) {
        if (answer.status === 401) this.close(4401);
        if (answer.status !== 503) break;
        continue;
      }
      next.n += 1;
      if (this.#backend.losesPush()) this.cut();
      for (const command of (answer.body as { commands: { id: string }[] }).commands) {
        // What is over is pushed again all the same: a device has to bear that.
        if (!this.#backend.isOver(command.id)) this.#pushed.add(command.id);
        this.say({ type: 'command', command, attemptId });
      }
    }
    this.#isPushing = false;
  }

  #end(id: string): void {
    if (this.#pushed.delete(id)) this.#turn.abort();
  }

  #spend(): void {
    const now = performance.now();
    this.#budget = Math.min(burst, this.#budget + ((now - this.#budgetAt) * perSecond) / 1_000) - 1;
    this.#budgetAt = now;
    if (this.#budget < 0) this.close(1008);
  }
}
