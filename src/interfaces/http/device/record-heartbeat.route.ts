import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceSessionOf } from './device-session.js';
import { heartbeatAnswer, heartbeatBody } from './heartbeat-schema.js';

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
      const { status, metrics, agentVersion, claimed } = request.body;
      const { caller, queue } = deviceSessionOf(request);
      const answer = await device.recordHeartbeat.execute({
        caller,
        queue,
        status,
        metrics: metrics ?? {},
        agentVersion: agentVersion ?? null,
        claimed: claimed ?? [],
      });
      return {
        serverTime: answer.serverTime.toISOString(),
        nextHeartbeatMs: answer.nextHeartbeatMs,
        pendingCommands: answer.pendingCommands,
        cancelRequested: [...answer.cancelRequested],
      };
    },
  );
}
