import type { WebSocket } from '@fastify/websocket';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { HttpApp } from '../http/http-app.js';
import type { HttpServerOptions } from '../http/http-server-options.js';
import { closeCodes } from './close-codes.js';
import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import type { Pulsed } from './pulse.js';
import { Pulse } from './pulse.js';
import type { SocketAudience, SocketPeer, SocketSession } from './socket-audience.js';
import type { SocketSurroundings } from './socket-surroundings.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route speaks WebSocket. */
    readonly socket?: true;
  }
}

/** Frames beyond are refused before they are read; an audience may allow less. */
const mostFrameBytes = 524_288;
/** Pieces of one message: enough for whoever streams, too few to keep a server busy with crumbs. */
const mostFragments = 1_024;
/** Connections whose peers have not said who they are. */
const mostStrangers = 1_000;
/** Whoever does not answer a close frame is cut off. A slow reader has a lot to read before they come to it. */
const closeWithinMs = 15_000;
/** While the gateway stops, nobody has that much time. */
const leaveWithinMs = 3_000;
/** How long what is being answered may keep a connection open that is told to go elsewhere. */
const finishWithinMs = 10_000;
/** Clients told to leave come back spread over this time, so that the other instances are not stormed. */
const reconnectWithinMs = 5_000;

/** One socket, and what is said over it. There are many, most of them idle: what each has counts. */
class Line implements Pulsed {
  readonly connection: Connection;
  readonly conversation: Pick<Conversation<SocketSession, SocketPeer>, 'idle' | 'look'>;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, connection: Connection, conversation: Line['conversation']) {
    this.connection = connection;
    this.conversation = conversation;
    this.#socket = socket;
  }

  beat(): void {
    this.#socket.ping();
    void this.conversation.look();
  }

  lose(): void {
    this.#socket.terminate();
  }
}

/** Who came, and the answer that was not needed. */
interface Arrival<Session> {
  readonly session: Session | null;
  readonly response: ServerResponse;
}

/** The door for sockets. Paths are added before the server is ready. */
export class SocketDoor {
  readonly #app: HttpApp;
  readonly #options: HttpServerOptions;
  readonly #around: SocketSurroundings;
  readonly #pulse: Pulse;
  readonly #lines = new Set<Line>();
  #strangers = 0;
  #isLeaving = false;

  constructor(app: HttpApp, options: HttpServerOptions) {
    this.#app = app;
    this.#options = options;
    const { ids, logger: log, withRequestContext } = options;
    this.#around = { ids, log, meter: options.sockets.meter, withRequestContext };
    this.#pulse = new Pulse(options.sockets.pingMs);
    // The library hangs up on handshakes that are refused after it has heard of them. Those that a hook before its own
    // refuses, while the server stops for one, would keep their connection and hold up the stop.
    app.addHook('onResponse', (request, _reply, done) => {
      if (!request.ws && request.headers.upgrade !== undefined) request.raw.socket.destroy();
      done();
    });
    app.register(websocket, {
      options: withCloseTimeout({
        maxPayload: mostFrameBytes,
        maxFragments: mostFragments,
        // It costs some 300 KiB a connection and time for every message, and answers to secrets beside what an
        // attacker chose would leak by their length.
        perMessageDeflate: false,
        clientTracking: false,
      }),
      errorHandler: () => undefined,
      preClose: (done) => {
        this.#leave().then(() => {
          done();
        }, done);
      },
    });
    app.addHook('preValidation', (request, _reply, done) => {
      const isAstray = request.ws && !request.is404 && request.routeOptions.config.socket !== true;
      done(isAstray ? generalFaults.invalid_request('This address does not speak WebSocket.') : undefined);
    });
  }

  serve<Session extends SocketSession, Peer extends SocketPeer>(
    audience: SocketAudience<Session, Peer>,
  ): void {
    const arrivals = new WeakMap<FastifyRequest, Arrival<Session>>();
    this.#app.register((scope: FastifyInstance, _options, done) => {
      scope.route({
        method: 'GET',
        url: audience.path,
        schema: { hide: true },
        config: { socket: true },
        preValidation: async (request, reply) => {
          if (!request.ws) throw generalFaults.upgrade_required();
          this.#checkHandshake(audience, request);
          const credentials = audience.credentialsOf(request);
          const session =
            credentials === null ? null : await audience.signIn(credentials, { requestId: request.id });
          arrivals.set(request, { session, response: reply.raw });
        },
        handler: () => {
          throw generalFaults.upgrade_required();
        },
        wsHandler: (socket, request) => {
          const { session = null, response } = arrivals.get(request) ?? {};
          forgetRequest(socket, request, response);
          this.#open(audience, socket, session, request.id);
        },
      });
      done();
    });
  }

  #checkHandshake<Session extends SocketSession, Peer extends SocketPeer>(
    audience: SocketAudience<Session, Peer>,
    request: FastifyRequest,
  ): void {
    // Addresses are logged by everybody on the way: nothing secret may ever stand there.
    if (request.url.includes('?'))
      throw generalFaults.invalid_request(
        'This address takes no query: credentials go into the first message.',
      );
    if (this.#strangers >= mostStrangers)
      throw generalFaults.dependency_unavailable('Too many connections are waiting for their sign-in.');
    audience.checkHandshake(request);
  }

  #open<Session extends SocketSession, Peer extends SocketPeer>(
    audience: SocketAudience<Session, Peer>,
    socket: WebSocket,
    session: Session | null,
    requestId: string,
  ): void {
    const { ids, log, meter } = this.#around;
    const connection = new Connection(ids.uuid(), socket);
    const known = session === null ? this.#countStranger(connection) : () => undefined;
    const conversation = new Conversation(audience, this.#around, connection, known);
    const line = new Line(socket, connection, conversation);
    const openedAt = performance.now();
    meter?.opened(audience.path);
    socket.on('message', (data, isBinary) => {
      this.#pulse.heard(line);
      conversation.receive(data, isBinary);
    });
    socket.on('pong', () => {
      this.#pulse.heard(line);
    });
    socket.once('close', (code) => {
      known();
      this.#pulse.leave(line);
      this.#lines.delete(line);
      conversation.gone();
      meter?.closed(audience.path, code);
      const openMs = Math.round(performance.now() - openedAt);
      log.info(
        { path: audience.path, connectionId: connection.id, requestId, code, openMs },
        'socket closed',
      );
    });
    this.#pulse.join(line);
    this.#lines.add(line);
    if (session !== null) conversation.begin(session, requestId);
    // Its handshake was under way when everybody else was told.
    if (this.#isLeaving) void this.#dismiss(line);
  }

  /** Gives a stranger some time; what is returned is called when it is none any more, and may be called again. */
  #countStranger(connection: Connection): () => void {
    this.#strangers += 1;
    const impatience = setTimeout(() => {
      connection.close(closeCodes.unauthenticated, 'not signed in in time');
    }, this.#options.sockets.signInMs);
    let isStranger = true;
    return () => {
      if (isStranger) this.#strangers -= 1;
      isStranger = false;
      clearTimeout(impatience);
    };
  }

  /** Tells everybody to connect elsewhere, lets what is under way finish, and hangs up. */
  async #leave(): Promise<void> {
    this.#pulse.stop();
    this.#isLeaving = true;
    await Promise.all([...this.#lines].map((line) => this.#dismiss(line)));
    setTimeout(() => {
      for (const line of this.#lines) line.lose();
    }, leaveWithinMs).unref();
  }

  async #dismiss({ connection, conversation }: Line): Promise<void> {
    connection.send({
      type: 'goodbye',
      reason: 'shutting_down',
      reconnectInMs: Math.round(Math.random() * reconnectWithinMs),
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, finishWithinMs);
    });
    await Promise.race([conversation.idle(), late]);
    clearTimeout(timer);
    connection.close(closeCodes.goingAway, 'shutting down');
  }
}

/** The type of the options lags behind the library, which has had this one since 8.19. */
const withCloseTimeout = <Options extends object>(options: Options): Options =>
  Object.assign(options, { closeTimeout: closeWithinMs });

/**
 * Lets go of the request that became a connection: it is as big as all else that an idle connection needs. The response
 * is told that it is over, for whoever waits for that.
 */
function forgetRequest(socket: WebSocket, request: FastifyRequest, response?: ServerResponse): void {
  socket.removeAllListeners('error');
  socket.on('error', ignoreFailure);
  if (response === undefined) return;
  response.detachSocket(request.raw.socket);
  response.emit('close');
}

/** A connection that breaks says so by closing. */
const ignoreFailure = (): void => undefined;
