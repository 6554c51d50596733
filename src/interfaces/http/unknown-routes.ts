import type { FastifyInstance } from 'fastify';
import { generalFaults } from '../../domain/shared/general-faults.js';
import { sendProblem } from './problem-replies.js';

/** Answers what no route takes: 405 with `Allow` where the path is known under other methods, else 404. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const known: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    // The answer to every preflight is no resource of its own.
    if (method === 'OPTIONS') return;
    const path = new RegExp(`^${url.split('/').map(segmentPattern).join('/')}$`);
    known.push({ path, methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = known.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    if (methods.length === 0)
      return sendProblem(generalFaults.not_found('There is no such route.'), request, reply);
    void reply.header('allow', [...new Set(methods)].join(', '));
    return sendProblem(generalFaults.method_not_allowed(), request, reply);
  });
}

const segmentPattern = (segment: string): string => {
  if (segment.startsWith(':')) return '[^/]+';
  return segment.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
};
