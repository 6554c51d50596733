import { heartbeatAnswer, heartbeatBody } from '../../http/device/heartbeat-schema.js';
import type { MessageRules } from '../message-rule.js';
import { messageRule } from '../message-rule.js';
import type { DevicePeer } from './device-peer.js';

/** What a device may say once it is signed in: what it may ask over HTTP, in the same words. */
export const deviceRules: MessageRules<DevicePeer> = {
  heartbeat: messageRule({
    summary: 'Say that the device lives, and how it does',
    body: heartbeatBody,
    reply: { type: 'heartbeat.ok', body: heartbeatAnswer },
    async handle(peer: DevicePeer, { status, metrics, agentVersion, claimed }, call) {
      const { caller, queue } = await peer.admit(call);
      const answer = await peer.options.device.recordHeartbeat.execute({
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
  }),
};
