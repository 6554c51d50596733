import type { FastifyInstance } from 'fastify';
import type { FaultCode } from './fault-codes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The refusals that a caller of this route should know of, beside those of every route. */
    readonly problems?: readonly FaultCode[];
  }
}

/** What a door in front of several routes adds to what is told about them. */
export interface SharedTerms {
  readonly tag: string;
  /** Names of security schemes, one of which is needed; none for open routes. */
  readonly security: readonly string[];
  readonly problems: readonly FaultCode[];
}

/** Notes the terms on every route that is added to this scope from now on. */
export function describeRoutes(scope: FastifyInstance, { tag, security, problems }: SharedTerms): void {
  scope.addHook('onRoute', (route) => {
    route.schema = {
      ...route.schema,
      tags: [tag],
      security: security.map((scheme) => ({ [scheme]: [] })),
    };
    route.config = { ...route.config, problems: [...problems, ...(route.config?.problems ?? [])] };
  });
}
