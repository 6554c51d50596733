import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { describeRoutes } from '../route-problems.js';
import { asyncApiRoute } from './async-api.route.js';
import { faultsPageRoute } from './faults-page.route.js';
import { grantKeysRoute } from './grant-keys.route.js';
import { healthRoute } from './health.route.js';
import { openApiRoute } from './openapi.route.js';
import { portalConfigRoute } from './portal-config.route.js';
import { readinessRoute } from './readiness.route.js';
import { versionRoute } from './version.route.js';

/** Open to everybody, and without a budget: they touch no store, or ask it once a second. */
export function publicRoutes(app: HttpApp, options: HttpServerOptions, asyncApi: object): void {
  describeRoutes(app, { tag: 'public', security: [], problems: [] });
  healthRoute(app, options);
  readinessRoute(app, options);
  versionRoute(app, options);
  portalConfigRoute(app, options);
  grantKeysRoute(app, options);
  openApiRoute(app);
  asyncApiRoute(app, asyncApi);
  faultsPageRoute(app, options);
}
