import { z } from 'zod';
import { maxTokenLength } from '../../http/customer/member-session.js';

/** What people and programs show, with the first message and later ones. */
export const customerCredentials = z.strictObject({
  accessToken: z.string().min(1).max(maxTokenLength).describe('An access token, or an API key.'),
  customerId: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .nullish()
    .describe('For whom; needed by those who belong to several customers.'),
});

export const customerWelcome = z.strictObject({
  customerId: z.uuid(),
  seq: z.int().describe("Where the customer's log ended at this moment."),
});
