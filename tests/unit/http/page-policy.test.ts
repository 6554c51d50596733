import { describe, expect, it } from '@jest/globals';
import { pagePolicy } from '../../../src/interfaces/http/portal/page-policy.js';

const connections = (policy: string): string | undefined =>
  policy.split('; ').find((directive) => directive.startsWith('connect-src'));

describe('the policy of the page of the portal', () => {
  it('lets it speak to its own server only, where people sign in there', () => {
    expect(connections(pagePolicy('gate.example:8080', null))).toBe(
      "connect-src 'self' ws://gate.example:8080 wss://gate.example:8080",
    );
  });

  it('adds the origin of the identity, and nothing else of its address', () => {
    expect(connections(pagePolicy('gate.example', 'https://project.supabase.co/auth?x=y'))).toBe(
      "connect-src 'self' ws://gate.example wss://gate.example https://project.supabase.co",
    );
  });

  it.each(["x; script-src 'unsafe-inline'", 'a b', '*', ''])('takes nothing from a host like %j', (host) => {
    expect(connections(pagePolicy(host, null))).toBe("connect-src 'self'");
  });

  it('makes no exceptions', () => {
    expect(pagePolicy('gate.example', null)).not.toMatch(/unsafe|data:|\*/);
    expect(pagePolicy('gate.example', null)).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; /,
    );
  });
});
