import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions, ProbeName } from '../http-server-options.js';
import { probeNames } from '../http-server-options.js';
import { CachedProbe } from '../cached-probe.js';

const checks = z.strictObject({
  database: z.boolean(),
  dispatch: z.boolean(),
  identity: z.boolean(),
} satisfies Record<ProbeName, z.ZodBoolean>);

const ready = z.strictObject({ ready: z.literal(true), checks });
const notReady = z.strictObject({
  ready: z.literal(false),
  checks,
  errors: z.array(z.strictObject({ check: z.enum([...probeNames, 'shutdown']), message: z.string() })),
});

/** Whether requests should be sent here. */
export function readinessRoute(app: HttpApp, { probes, clock, logger, shutdown }: HttpServerOptions): void {
  const cached = probeNames.map((name) => new CachedProbe(name, probes[name], clock, logger));
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether requests should be sent here',
        description: 'Each check is asked at most once a second.',
        response: { 200: ready, 503: notReady },
      },
    },
    async (_request, reply) => {
      const answers = await Promise.all(
        cached.map(async (probe) => [probe.name, await probe.ask()] as const),
      );
      const [database, dispatch, identity] = answers.map(([, answered]) => answered);
      const result = {
        database: database === true,
        dispatch: dispatch === true,
        identity: identity === true,
      };
      const away = answers.filter(([, answered]) => !answered).map(([name]) => name);
      if (away.length === 0 && !shutdown.aborted) return reply.send({ ready: true, checks: result });
      const errors = away.map((check) => ({ check, message: 'does not answer' }));
      const stopping = { check: 'shutdown' as const, message: 'this instance is shutting down' };
      return reply.code(503).send({
        ready: false,
        checks: result,
        errors: shutdown.aborted ? [...errors, stopping] : errors,
      });
    },
  );
}
