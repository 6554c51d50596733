import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Whatever `proceed` calls, however deep and however late, finds the request id. */
export function withRequestId(requestId: string, proceed: () => void): void {
  current.run(requestId, proceed);
}

/** The id of the request that is being served, for calls that the gateway makes on its behalf. */
export const currentRequestId = (): string | undefined => current.getStore();
