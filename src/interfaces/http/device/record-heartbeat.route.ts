import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceSessionOf } from './device-session.js';
import { beatOf, heartbeatAnswer, heartbeatBody, presentHeartbeat } from './heartbeat-schema.js';

export function recordHeartbeatRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/heartbeat',
    {
      schema: {
        operationId: 'recordHeartbeat',
        summary: 'Say that the device lives, and how it does',
        body: heartbeatBody,
        response: { 200: heartbeatAnswer },
      },
    },
    async (request) => {
      const { caller, queue } = deviceSessionOf(request);
      const answer = await device.recordHeartbeat.execute({ caller, queue, ...beatOf(request.body) });
      return presentHeartbeat(answer);
    },
  );
}
