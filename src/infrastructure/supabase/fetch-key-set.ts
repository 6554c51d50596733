import { KeySet } from './key-set.js';

const timeoutMs = 5_000;
const maxBytes = 65_536;

/** Fetches a JWKS from exactly this address: a redirect, a large answer or a slow one is an error. */
export async function fetchKeySet(address: string, requestId: string | undefined): Promise<KeySet> {
  const response = await fetch(address, {
    headers: {
      accept: 'application/json',
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The key set was answered with ${String(response.status)}.`);
  }
  return new KeySet(JSON.parse(await readText(response)));
}

async function readText(response: Response): Promise<string> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error('The key set is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
