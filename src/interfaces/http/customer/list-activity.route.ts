import { z } from 'zod';
import type { Party } from '../../../application/ports/activity-log.js';
import { actorKinds, subjectKinds } from '../../../domain/activity/activity-entry.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { text } from '../text-fields.js';
import { activityEntrySchema, activityQuery, presentActivityEntry } from './activity-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageSchema, presentPage } from './page-query.js';

/** No id of ours holds a colon, so a kind before it is never part of the id. */
const party = (kinds: readonly string[]) =>
  text(200)
    .min(1)
    .refine(
      (named) => !named.includes(':') || kinds.some((kind) => named.startsWith(`${kind}:`)),
      `must be an id, or a kind and an id: ${kinds.join(', ')}`,
    )
    .optional()
    .describe(`An id, or \`kind:id\` where the kind is one of ${kinds.join(', ')}.`);

const query = activityQuery.extend({
  order: z
    .enum(['earliest', 'newest'])
    .default('earliest')
    .describe('Which end of the log comes first. `after` bounds both.'),
  subject: party(subjectKinds),
  actor: party(actorKinds),
});

export function listActivityRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/activity',
    {
      schema: {
        operationId: 'listActivity',
        summary: 'Read the activity log',
        description:
          'The beginning of a log may have been forgotten, where the operator keeps it for a limited time.',
        querystring: query,
        response: { 200: pageSchema(activityEntrySchema) },
      },
    },
    async (request) => {
      const { after, order, subject, actor } = request.query;
      const filter = {
        after,
        subject: partyNamed(subject),
        actor: partyNamed(actor),
        sessionId: null,
        newestFirst: order === 'newest',
      };
      const page = await customer.listActivity.execute(principalOf(request), filter, pageOf(request.query));
      return presentPage(page, presentActivityEntry);
    },
  );
}

function partyNamed(named: string | undefined): Party | null {
  if (named === undefined) return null;
  const colon = named.indexOf(':');
  return colon === -1
    ? { kind: null, id: named }
    : { kind: named.slice(0, colon), id: named.slice(colon + 1) };
}
