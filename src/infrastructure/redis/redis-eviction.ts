import { Cluster } from 'ioredis';
import type { RedisDriver } from './redis-driver.js';

export type EvictionPolicy =
  { readonly kind: 'safe' | 'hidden' } | { readonly kind: 'unsafe'; readonly policy: string };

/**
 * Whether the server would throw away keys to make room: then queues would lose commands silently. `hidden` where
 * a managed Redis does not let us ask. Rejects with the driver's error when the server is away.
 */
export async function evictionPolicy(driver: RedisDriver): Promise<EvictionPolicy> {
  const nodes = driver instanceof Cluster ? driver.nodes('master') : [driver];
  const policies = await Promise.all(
    nodes.map((node) => policyOf(node.call('CONFIG', 'GET', 'maxmemory-policy'))),
  );
  const unsafe = policies.find((policy) => policy !== null && policy !== 'noeviction');
  if (unsafe !== undefined && unsafe !== null) return { kind: 'unsafe', policy: unsafe };
  return { kind: policies.includes(null) ? 'hidden' : 'safe' };
}

async function policyOf(asked: Promise<unknown>): Promise<string | null> {
  try {
    const answer = await asked;
    const policy: unknown = Array.isArray(answer) ? answer[1] : undefined;
    return typeof policy === 'string' ? policy : null;
  } catch (error) {
    // Only a server that answers can hide it: unknown command, or no permission.
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  }
}
