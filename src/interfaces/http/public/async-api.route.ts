import { z } from 'zod';
import type { HttpApp } from '../http-app.js';

/** The contract of the sockets, made from the very schemas that parse messages. */
export function asyncApiRoute(app: HttpApp, document: object): void {
  app.get(
    '/asyncapi.json',
    {
      schema: {
        operationId: 'getAsyncApi',
        summary: 'Get the contract of the sockets',
        response: { 200: z.looseObject({}).describe('AsyncAPI 3.') },
      },
    },
    () => ({ ...document }),
  );
}
