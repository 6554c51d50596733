import type { HttpServerOptions, RequestContext } from '../http/http-server-options.js';

/** Runs what a connection does by itself as a request would be run: whatever it calls finds the context. */
export const withinContext = <Answer>(
  { withRequestContext }: Pick<HttpServerOptions, 'withRequestContext'>,
  context: RequestContext,
  work: () => Promise<Answer>,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    withRequestContext(context, () => {
      work().then(resolve, reject);
    });
  });
