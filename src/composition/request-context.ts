import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestContext } from '../interfaces/http/http-server-options.js';

/** Work of the gateway's own has no request. */
type Context = Pick<RequestContext, 'customerId'> & { readonly requestId?: string };

const current = new AsyncLocalStorage<Context>();

/** Whatever `proceed` calls, however deep and however late, finds the context of the request. */
export function withRequestContext(context: RequestContext, proceed: () => void): void {
  current.run(context, proceed);
}

/** Work of the gateway's own on behalf of one customer, or of none, from whichever request it is called. */
export const onBehalfOf = <Result>(customerId: string | null, work: () => Result): Result =>
  current.run({ customerId }, work);

/** The id of the request that is being served, for calls that the gateway makes on its behalf. */
export const currentRequestId = (): string | undefined => current.getStore()?.requestId;

/** The customer whose request is being served; null when nobody's is, or nobody knows yet whose it is. */
export const currentCustomer = (): string | null => current.getStore()?.customerId ?? null;
