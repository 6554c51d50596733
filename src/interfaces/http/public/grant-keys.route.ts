import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { keySetSchema } from '../key-set.js';

// What reads a key set (RFC 7517) ignores members that it does not know.
const answer = keySetSchema
  .extend({
    successions: z
      .array(z.string())
      .describe('Compact JWSs, oldest first: in each a key names, and vouches for, the key after it.'),
  })
  .meta({ id: 'GrantKeys', description: 'The key set, and how each of its keys led to the next.' });

/** The public keys that grants are checked with. */
export function grantKeysRoute(app: HttpApp, { grantKeys }: HttpServerOptions): void {
  app.get(
    '/.well-known/fieldgate-keys.json',
    {
      schema: {
        operationId: 'getGrantKeys',
        summary: 'Get the public keys that grants are checked with',
        response: { 200: answer },
      },
    },
    (_request, reply) => {
      // No longer than a device waits before it looks for a key that it does not know.
      void reply.header('cache-control', 'public, max-age=30');
      return { keys: [...grantKeys.publicKeys().keys], successions: [...grantKeys.successions()] };
    },
  );
}
