import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { renderPage } from './render-page.js';

/** What every code means: the `type` of a problem points here. */
export function faultsPageRoute(app: HttpApp, { faultsPage }: HttpServerOptions): void {
  const page = renderPage(faultsPage);
  app.get('/docs/faults', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
}
