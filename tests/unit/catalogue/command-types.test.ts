import { describe, expect, it } from '@jest/globals';
import { expiresInRange, maxAttemptsRange } from '../../../src/domain/command/command-type.js';
import { catalogue, typeNamed } from './catalogue.js';

/** What devices and people were promised: leaving one out, or calling it less risky, breaks a promise. */
const promised = {
  ping: ['read', 'at_least_once'],
  traceroute: ['read', 'at_least_once'],
  dns_lookup: ['read', 'at_least_once'],
  http_check: ['read', 'at_least_once'],
  tcp_check: ['read', 'at_least_once'],
  network_interfaces: ['read', 'at_least_once'],
  routes: ['read', 'at_least_once'],
  system_info: ['read', 'at_least_once'],
  disk_usage: ['read', 'at_least_once'],
  process_list: ['read', 'at_least_once'],
  log_tail: ['read', 'at_least_once'],
  restart_service: ['change', 'at_least_once'],
  flush_dns_cache: ['change', 'at_least_once'],
  renew_dhcp_lease: ['change', 'at_least_once'],
  reboot: ['destructive', 'at_most_once'],
  run_script: ['destructive', 'at_most_once'],
};

describe('the catalogue', () => {
  it('has every promised type with its risk and delivery class, and each of them once', () => {
    const listed = catalogue.list().map(({ type, risk, deliveryClass }) => [type, [risk, deliveryClass]]);
    expect(Object.fromEntries(listed)).toEqual(promised);
    expect(listed).toHaveLength(Object.keys(promised).length);
  });

  it('never offers something destructive again by itself', () => {
    const destructive = catalogue.list().filter(({ risk }) => risk === 'destructive');
    expect(new Set(destructive.map(({ deliveryClass }) => deliveryClass))).toEqual(new Set(['at_most_once']));
  });

  it.each(catalogue.list())(
    'describes $type to people, with defaults that a proposal could ask for',
    (type) => {
      const { version, title, description, defaults } = type;
      expect(version).toBeGreaterThanOrEqual(1);
      expect(title).toMatch(/^[A-Z].+[^.]$/);
      expect(description).toMatch(/^[A-Z].+\.$/);
      expect(defaults.expiresInMs).toBeGreaterThanOrEqual(expiresInRange.minMs);
      expect(defaults.expiresInMs).toBeLessThanOrEqual(expiresInRange.maxMs);
      expect(defaults.visibilityTimeoutMs).toBeGreaterThan(0);
      expect(defaults.visibilityTimeoutMs).toBeLessThan(defaults.expiresInMs);
      expect(defaults.maxAttempts).toBeGreaterThanOrEqual(maxAttemptsRange.min);
      expect(defaults.maxAttempts).toBeLessThanOrEqual(maxAttemptsRange.max);
    },
  );

  it('finds a type by its exact name and nothing by another', () => {
    expect(typeNamed('ping')).toBe(catalogue.list()[0]);
    for (const name of ['', 'Ping', 'ping ', 'shell', '__proto__', 'constructor', 'toString']) {
      expect(catalogue.find(name)).toBeNull();
    }
  });

  it('accepts no parameters for a type that it does not have', () => {
    const stranger = { ...typeNamed('routes'), type: 'shell' };
    expect(catalogue.check(stranger, {}).ok).toBe(false);
  });
});
