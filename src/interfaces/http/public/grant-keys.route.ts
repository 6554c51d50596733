import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { keySetSchema } from '../key-set.js';

/** The public keys that grants are checked with. */
export function grantKeysRoute(app: HttpApp, { publicKeys }: HttpServerOptions): void {
  app.get(
    '/.well-known/fieldgate-keys.json',
    {
      schema: {
        operationId: 'getGrantKeys',
        summary: 'Get the public keys that grants are checked with',
        response: { 200: keySetSchema },
      },
    },
    (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=300');
      return { keys: [...publicKeys().keys] };
    },
  );
}
