import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestContext } from '../interfaces/http/http-server-options.js';

const current = new AsyncLocalStorage<RequestContext>();

/** Whatever `proceed` calls, however deep and however late, finds the context of the request. */
export function withRequestContext(context: RequestContext, proceed: () => void): void {
  current.run(context, proceed);
}

/** The id of the request that is being served, for calls that the gateway makes on its behalf. */
export const currentRequestId = (): string | undefined => current.getStore()?.requestId;

/** The customer whose request is being served; null when nobody's is, or nobody knows yet whose it is. */
export const currentCustomer = (): string | null => current.getStore()?.customerId ?? null;
