import { pino } from 'pino';
import { CanonicalDigests } from '../../src/infrastructure/signing/canonical-digests.js';
import { UuidIds } from '../../src/infrastructure/signing/uuid-ids.js';
import { buildHttpServer } from '../../src/interfaces/http/http-server.js';
import type { HttpServer } from '../../src/interfaces/http/http-server.js';
import type { HttpServerOptions } from '../../src/interfaces/http/http-server-options.js';
