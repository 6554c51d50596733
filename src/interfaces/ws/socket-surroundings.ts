import type { FastifyBaseLogger } from 'fastify';
import type { Ids } from '../../application/ports/ids.js';
import type { HttpServerOptions } from '../http/http-server-options.js';
import type { SocketMeter } from './socket-options.js';

/** What every conversation needs. */
export interface SocketSurroundings {
  readonly ids: Ids;
  readonly meter: SocketMeter | null;
  readonly log: FastifyBaseLogger;
  readonly withRequestContext: HttpServerOptions['withRequestContext'];
}
