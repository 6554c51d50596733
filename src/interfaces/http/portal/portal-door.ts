import serveFiles from '@fastify/static';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { pagePolicy } from './page-policy.js';

/**
 * The screens that have an address of their own; the portal's own script decides what each shows. A list and not
 * "whatever nobody else serves", so that what does not exist stays 404 for browsers too.
 */
const screens = ['devices', 'sessions', 'approvals', 'activity', 'settings', 'account'];

/** The portal at `/`: one page that is never kept, and files that are named after their content and kept for ever. */
export function servePortal(app: HttpApp, { portal }: HttpServerOptions): void {
  if (portal.folder === null || !existsSync(join(portal.folder, 'index.html'))) return;
  const page = readFileSync(join(portal.folder, 'index.html'), 'utf8');
  app.register(serveFiles, {
    root: join(portal.folder, 'assets'),
    prefix: '/assets/',
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
    schemaHide: true,
  });
  const paths = ['/', ...screens.flatMap((screen) => [`/${screen}`, `/${screen}/*`])];
  for (const path of paths) {
    app.get(path, { schema: { hide: true } }, (request, reply) => {
      // A program that comes here took a wrong turn, and is told so in its own words.
      if (path !== '/' && !/\btext\/html\b/.test(request.headers.accept ?? '')) {
        throw generalFaults.not_found('There is no such route.');
      }
      return reply
        .headers({
          'content-security-policy': pagePolicy(request.host, portal.identityUrl),
          'cache-control': 'no-store',
          vary: 'accept',
        })
        .type('text/html; charset=utf-8')
        .send(page);
    });
  }
}
