import { z } from 'zod';
import { claimAnswer, claimBody, claimOf, presentClaims } from '../../http/device/claim-schema.js';
import { extendAnswer, extendBody } from '../../http/device/extend-schema.js';
import {
  beatOf,
  heartbeatAnswer,
  heartbeatBody,
  presentHeartbeat,
} from '../../http/device/heartbeat-schema.js';
import { progressAnswer, progressBody, progressOf } from '../../http/device/progress-schema.js';
import { releaseAnswer, releaseBody, releaseOf } from '../../http/device/release-schema.js';
import { reportOf, resultAnswer, resultBody } from '../../http/device/result-schema.js';
import type { MessageRules } from '../message-rule.js';
import { messageRule } from '../message-rule.js';
import type { DevicePeer } from './device-peer.js';
import { attemptNamePattern } from './push-attempts.js';
import { endClaim, keepClaim, underClaim } from './under-claim.js';

/** More than anybody has at work at once. */
const mostCapacity = 100;

/** What stands in the path of a request. */
const commandNamed = { commandId: z.string() };

const capacity = z.int().min(0).max(mostCapacity);

/** What a device may say once it is signed in: what it may ask over HTTP, in the same words, and that it is ready. */
export const deviceRules: MessageRules<DevicePeer> = {
  heartbeat: messageRule({
    summary: 'Say that the device lives, and how it does',
    body: heartbeatBody,
    reply: { type: 'heartbeat.ok', body: heartbeatAnswer },
    handle: async (peer: DevicePeer, body) => presentHeartbeat(await peer.beat(beatOf(body))),
  }),
  claim: messageRule({
    summary: 'Get the next commands',
    description: 'With `waitMs` the answer is held back until there is a command, or the time is over.',
    body: claimBody,
    reply: { type: 'claimed', body: claimAnswer },
    waits: true,
    async handle(peer: DevicePeer, body, call) {
      const admitted = await peer.admit(call);
      const asked = { ...admitted, admission: () => peer.admit(call), ...claimOf(body) };
      return presentClaims(await peer.does.claimCommands.execute(asked, peer.cancellation));
    },
  }),
  extend: messageRule({
    summary: 'Keep a claim for longer',
    description: 'The extension counts from now. One claim lasts 12 hours in all.',
    body: extendBody.extend(commandNamed),
    reply: { type: 'extended', body: extendAnswer },
    handle: (peer: DevicePeer, body, call) =>
      keepClaim(peer, body, call, (write) =>
        peer.does.extendClaim.execute({ ...write, extensionMs: body.extensionMs }),
      ),
  }),
  progress: messageRule({
    summary: 'Say how far a command is',
    description: 'Only the last report is kept. It does not extend the claim.',
    body: progressBody.extend(commandNamed),
    reply: { type: 'progress.ok', body: progressAnswer },
    handle: (peer: DevicePeer, body, call) =>
      underClaim(peer, body, call, (write) =>
        peer.does.reportProgress.execute({ ...progressOf(body), ...write }),
      ),
  }),
  release: messageRule({
    summary: 'Give a command back',
    description: 'It is offered again, unless this was its last attempt.',
    body: releaseBody.extend(commandNamed),
    reply: { type: 'released', body: releaseAnswer },
    handle: (peer: DevicePeer, body, call) =>
      endClaim(peer, body, call, (write) =>
        peer.does.releaseCommand.execute({ ...releaseOf(body), ...write }),
      ),
  }),
  result: messageRule({
    summary: 'Say how a command ended',
    description: 'Repeating the same result brings the same answer.',
    body: resultBody.extend(commandNamed),
    reply: { type: 'result.ok', body: resultAnswer },
    handle: (peer: DevicePeer, body, call) =>
      endClaim(peer, body, call, (write) =>
        peer.does.reportResult.execute({ ...write, report: reportOf(body) }),
      ),
  }),
  ready: messageRule({
    summary: 'Ask for commands to be pushed',
    description:
      'So many pushed commands the device will have in its hands at once; repeated, the new number counts. A command ' +
      'counts until its result or release is accepted, its claim is over, or its lease has run out.',
    body: z.strictObject({
      capacity: capacity.describe('0 stops the push.'),
      attemptId: z
        .string()
        .regex(attemptNamePattern)
        .nullish()
        .describe('That of the last pushed command that arrived: what got lost since is pushed again.'),
    }),
    reply: { type: 'ready.ok', body: z.strictObject({ capacity }) },
    async handle(peer: DevicePeer, body, call) {
      await peer.admit(call);
      peer.push.ready(body.capacity, body.attemptId ?? null);
      return { capacity: body.capacity };
    },
  }),
};
