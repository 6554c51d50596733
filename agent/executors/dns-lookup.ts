import { Resolver } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';
import { errorCode } from '../error-words.js';
import { defineExecutor } from '../executor.js';
import type { Executor } from '../executor.js';
import { failed, succeeded, timedOut } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { address, host } from './parameter-shapes.js';

const parameters = z.strictObject({
  name: host,
  recordType: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SRV', 'PTR', 'SOA']).default('A'),
  server: address.optional(),
});

const queryTimeoutMs = 3_000;
const tries = 2;

/** Asks the name servers themselves, not the hosts file. `serverPort` is where a named server listens. */
export function createDnsLookup(serverPort: number): Executor {
  return defineExecutor('dns_lookup', parameters, async (given, context) => {
    const { name, recordType, server } = given;
    const resolver = new Resolver({ timeout: queryTimeoutMs, tries });
    if (server !== undefined) {
      resolver.setServers([isIPv6(server) ? `[${server}]:${serverPort}` : `${server}:${serverPort}`]);
    }
    const cancel = (): void => resolver.cancel();
    context.signal.addEventListener('abort', cancel, { once: true });
    const askedAt = performance.now();
    try {
      const records = await ask(resolver, name, recordType);
      const durationMs = Math.round(performance.now() - askedAt);
      return succeeded({
        output: records.map((record) => `${name} ${recordType} ${inWords(record)}`).join('\n'),
        data: { name, recordType, server: server ?? null, records, durationMs },
      });
    } catch (error) {
      return outcomeOf(error, name, recordType);
    } finally {
      context.signal.removeEventListener('abort', cancel);
    }
  });
}

export const dnsLookup = createDnsLookup(53);

async function ask(resolver: Resolver, name: string, recordType: string): Promise<unknown[]> {
  // A reverse lookup of an address is what a person means by it; the in-addr.arpa name works as well.
  if (recordType === 'PTR' && isIP(name) !== 0) return await resolver.reverse(name);
  const answer: unknown = await resolver.resolve(name, recordType);
  if (!Array.isArray(answer)) return [answer];
  // A text record comes as the pieces in which it was sent.
  return answer.map((record: unknown) => (Array.isArray(record) ? record.join('') : record));
}

function inWords(record: unknown): string {
  if (typeof record !== 'object' || record === null) return String(record);
  return Object.entries(record)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ');
}

function outcomeOf(error: unknown, name: string, recordType: string): Outcome {
  const code = errorCode(error);
  switch (code) {
    case 'ENOTFOUND':
      return failed('name_not_found', `The name ${name} does not exist.`);
    case 'ENODATA':
      return failed('no_records', `${name} has no ${recordType} records.`);
    case 'ETIMEOUT':
      return timedOut('The name server did not answer in time.');
    case 'ECONNREFUSED':
      return failed('server_unreachable', 'The name server could not be reached.');
    default:
      return failed('lookup_failed', `The lookup failed (${code}).`);
  }
}
