import type { ApiClient } from '../../api/api-client.js';
import { asProblem } from '../../api/problem.js';

const pageSize = 100;
const restMs = 5_000;

/**
 * The whole log as the operator's command line verifies it without a gateway: an entry a line, as JSON. `told` hears
 * how many there are so far; `signal` ends it early, and then it rejects.
 */
export async function exportActivity(
  api: ApiClient,
  customerId: string,
  told: (entries: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const lines: string[] = [];
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const query: { limit: number; cursor?: string } = { limit: pageSize, ...(cursor !== null && { cursor }) };
    const page = await patiently(() => api.call('get', '/api/v1/customer/activity', { query }));
    lines.push(...page.items.map((entry) => `${JSON.stringify({ customerId, ...entry })}\n`));
    told(lines.length);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return new Blob(lines, { type: 'application/jsonl' });
}

/** A long log takes more calls than a minute allows. */
async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (asProblem(error).code !== 'rate_limited') throw error;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}
