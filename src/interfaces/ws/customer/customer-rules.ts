import { z } from 'zod';
import type { MessageRules } from '../message-rule.js';
import { messageRule } from '../message-rule.js';
import type { CustomerPeer } from './customer-peer.js';

const nothing = z.strictObject({});

/** What people and programs may say once they are signed in. */
export const customerRules: MessageRules<CustomerPeer> = {
  ping: messageRule({
    summary: 'Ask whether the gateway is still there',
    body: nothing,
    reply: { type: 'pong', body: nothing },
    handle: () => Promise.resolve({}),
  }),
};
