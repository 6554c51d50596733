import { openLines } from './opened-lines.js';

/**
 * A program that stands for many portals: connects so many times, asks for events, and counts what comes. Its parent
 * says what it waits for, and hears when all of it has come.
 */
export interface PortalOrders {
  readonly url: string;
  readonly path: string;
  readonly token: string | null;
  readonly sockets: number;
  /** Said by each, and the `type` of what is answered. */
  readonly hello: object;
  readonly answer: string;
  /** The `type` of what is counted. */
  readonly counted: string;
}

export type PortalReport =
  { readonly kind: 'listening' | 'reached' } | { readonly kind: 'failed'; readonly why: string };

const report = (message: PortalReport): void => void process.send?.(message);
const fail = (error: unknown): void => report({ kind: 'failed', why: String(error) });

let total = 0;
let awaited = Infinity;

async function listen({ url, path, token, sockets, hello, answer, counted }: PortalOrders): Promise<void> {
  const tokens = new Array<string | null>(sockets).fill(token);
  const lines = await openLines(url, path, tokens, (line) => line.ask(hello, answer));
  const count = (): void => {
    total += 1;
    if (total === awaited) report({ kind: 'reached' });
  };
  for (const line of lines) line.listen(counted, count, fail);
  report({ kind: 'listening' });
}

process.on('message', (said: PortalOrders | number) => {
  if (typeof said !== 'number') {
    listen(said).catch(fail);
    return;
  }
  awaited = said;
  // They may have been faster than the word that they are waited for.
  if (total >= awaited) report({ kind: 'reached' });
});
process.on('disconnect', () => process.exit(0));
