import { z } from 'zod';
import { commandSchema } from '../../http/customer/command-schema.js';
import { decisionBody } from '../../http/customer/decision-schema.js';
import { presentCommand } from '../../http/customer/present-command.js';
import { commandIdForPerson } from '../../http/ids-in-paths.js';
import type { MessageRules } from '../message-rule.js';
import { messageRule } from '../message-rule.js';
import type { CustomerPeer } from './customer-peer.js';
import { mostTopics } from './customer-peer.js';
import { customerCredentials, customerWelcome } from './customer-sign-in.js';
import { proposalMessage, propose } from './propose-message.js';

const nothing = z.strictObject({});
const commandId = z.string().max(64);
const answer = z.strictObject({ command: commandSchema });

const topics = z
  .array(z.string().min(1).max(160))
  .min(1)
  .max(mostTopics)
  .describe('`activity`, `devices`, `approvals`, `device:<id>`, `session:<id>`.');

const subscribed = z.strictObject({
  topics: z.array(z.string()),
  seq: z.int().describe("Where the customer's log ends."),
  replayFrom: z
    .int()
    .nullable()
    .describe(
      'Where the replay begins: after `after` where the log was forgotten up to there; null without one.',
    ),
});

/** What people and programs may say once they are signed in. */
export const customerRules: MessageRules<CustomerPeer> = {
  auth: messageRule({
    summary: 'Renew the sign-in in place',
    description: 'The same person or program, for the same customer; anybody else is sent away.',
    body: customerCredentials,
    reply: { type: 'welcome', body: customerWelcome },
    handle: (peer, { accessToken, customerId }) => peer.renew(accessToken, customerId ?? null),
  }),
  ping: messageRule({
    summary: 'Ask whether the gateway is still there',
    body: nothing,
    reply: { type: 'pong', body: nothing },
    handle: () => Promise.resolve({}),
  }),
  subscribe: messageRule({
    summary: 'Follow topics',
    description:
      'With `after`, everything that the topics missed since is sent first, and `caught_up` when that is done.',
    body: z.strictObject({
      topics,
      after: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish().describe('The last `seq` that is known.'),
    }),
    reply: { type: 'subscribed', body: subscribed },
    handle: async (peer, { topics, after }, call) =>
      peer.subscribe(await peer.admit(call), topics, after ?? null),
  }),
  unsubscribe: messageRule({
    summary: 'Follow topics no longer',
    body: z.strictObject({ topics }),
    reply: { type: 'unsubscribed', body: z.strictObject({ topics: z.array(z.string()) }) },
    handle: (peer, { topics }) => Promise.resolve({ topics: peer.unsubscribe(topics) }),
  }),
  propose: messageRule({
    summary: 'Propose a command, to a device or in a session',
    description: 'With `idempotencyKey`, it is the same call as over HTTP with that key.',
    body: proposalMessage,
    reply: { type: 'proposed', body: answer },
    handle: async (peer, message, call) => ({
      command: await propose(peer.options, await peer.admit(call), message),
    }),
  }),
  approve: messageRule({
    summary: 'Approve or deny a command that waits',
    body: decisionBody.extend({ commandId }),
    reply: { type: 'decided', body: answer },
    handle: async (peer, { commandId, ...vote }, call) => {
      const input = { caller: await peer.admit(call), commandId: commandIdForPerson(commandId), ...vote };
      return { command: presentCommand(await peer.options.customer.decideCommand.execute(input)) };
    },
  }),
  cancel: messageRule({
    summary: 'Call a command off',
    description: 'One that is running is asked to stop; its device says how it ended.',
    body: z.strictObject({ commandId }),
    reply: { type: 'cancelled', body: answer },
    handle: async (peer, { commandId }, call) => {
      const input = { caller: await peer.admit(call), commandId: commandIdForPerson(commandId) };
      return { command: presentCommand(await peer.options.customer.cancelCommand.execute(input)) };
    },
  }),
};
