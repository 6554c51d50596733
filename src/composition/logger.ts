import type { Logger } from 'pino';
import { pino } from 'pino';

/** Where a secret could stand in something that is logged. The values are never wanted there. */
const secretPaths = [
  'authorization',
  'headers.authorization',
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-device-token"]',
  '*.authorization',
  '*.password',
  '*.deviceSecret',
  '*.activationCode',
  '*.claimToken',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  // A failed call to Redis or Postgres carries what it was called with.
  'err.command',
  'err.parameters',
  'err.cause.command',
  'err.cause.parameters',
  'err.cause.detail',
  'err.detail',
];

/** Structured lines on standard output; readable ones where a person looks at a terminal. */
export function createLogger(level: string, onTerminal: boolean): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[secret]' },
    formatters: { level: (label) => ({ level: label }) },
    ...(onTerminal && {
      transport: { target: 'pino-pretty', options: { ignore: 'reqId', translateTime: 'SYS:HH:MM:ss.l' } },
    }),
  });
}
