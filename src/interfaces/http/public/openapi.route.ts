import { z } from 'zod';
import type { HttpApp } from '../http-app.js';

/** The contract, made from the very schemas that parse requests. */
export function openApiRoute(app: HttpApp): void {
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenApi',
        summary: 'Get this document',
        response: { 200: z.looseObject({}).describe('OpenAPI 3.1.') },
      },
    },
    () => ({ ...app.swagger() }),
  );
}
