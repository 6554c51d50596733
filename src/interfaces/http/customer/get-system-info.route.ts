import { z } from 'zod';
import { CachedProbe } from '../cached-probe.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions, ProbeName } from '../http-server-options.js';
import { probeNames } from '../http-server-options.js';
import { durationMs } from '../time-fields.js';
import { principalOf } from './member-session.js';

const mode = z.string();
const standing = z.enum(['ok', 'unavailable']);

const systemInfo = z
  .strictObject({
    version: z.string(),
    build: z.string().nullable().describe('What it was built from, where that was noted.'),
    uptimeMs: durationMs.describe('Milliseconds since this instance began.'),
    adapters: z
      .strictObject({ database: mode, dispatch: mode, identity: mode } satisfies Record<ProbeName, z.ZodType>)
      .describe('What serves each of them.'),
    dependencies: z.strictObject({
      database: standing,
      dispatch: standing,
      identity: standing,
    } satisfies Record<ProbeName, z.ZodType>),
  })
  .meta({ id: 'SystemInfo', description: 'The instance that answers.' });

export function getSystemInfoRoute(app: HttpApp, options: HttpServerOptions): void {
  const { probes, clock, logger, version, system } = options;
  const cached = probeNames.map((name) => new CachedProbe(name, probes[name], clock, logger));
  app.get(
    '/system/info',
    {
      schema: {
        operationId: 'getSystemInfo',
        summary: 'What runs here, and how it does',
        description: 'Each dependency is asked at most once a second.',
        response: { 200: systemInfo },
      },
    },
    async (request) => {
      principalOf(request);
      const answers = await Promise.all(cached.map((probe) => probe.ask()));
      const [database, dispatch, identity] = answers.map(standingOf);
      return {
        version,
        build: system.build,
        uptimeMs: Math.round(process.uptime() * 1_000),
        adapters: { ...system.adapters },
        dependencies: {
          database: database ?? away,
          dispatch: dispatch ?? away,
          identity: identity ?? away,
        },
      };
    },
  );
}

const away = 'unavailable';
const standingOf = (answered: boolean): z.output<typeof standing> => (answered ? 'ok' : away);
