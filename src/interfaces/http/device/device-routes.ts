import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { claimCommandsRoute } from './claim-commands.route.js';
import { requireDevice } from './device-session.js';
import { extendClaimRoute } from './extend-claim.route.js';
import { recordHeartbeatRoute } from './record-heartbeat.route.js';
import { registerDeviceRoute } from './register-device.route.js';
import { releaseCommandRoute } from './release-command.route.js';
import { reportProgressRoute } from './report-progress.route.js';
import { reportResultRoute } from './report-result.route.js';
import { rotateDeviceSecretRoute } from './rotate-device-secret.route.js';
import { limitStrangers } from './sign-in-budgets.js';
import { signInDeviceRoute } from './sign-in-device.route.js';
import { signOutDeviceRoute } from './sign-out-device.route.js';

/** Open to whoever has a code or a secret. */
export function strangerRoutes(app: HttpApp, options: HttpServerOptions): void {
  limitStrangers(app, options);
  registerDeviceRoute(app, options);
  signInDeviceRoute(app, options);
}

/** Open to whoever has a device token. */
export function signedInDeviceRoutes(app: HttpApp, options: HttpServerOptions): void {
  requireDevice(app, options);
  signOutDeviceRoute(app, options);
  rotateDeviceSecretRoute(app, options);
  recordHeartbeatRoute(app, options);
  claimCommandsRoute(app, options);
  extendClaimRoute(app, options);
  reportProgressRoute(app, options);
  releaseCommandRoute(app, options);
  reportResultRoute(app, options);
}
