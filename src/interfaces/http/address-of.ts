import ipaddr from 'ipaddr.js';
import type { IPv6 } from 'ipaddr.js';

/**
 * Whose budget an address spends. Of IPv6 whoever connects has a whole /64 (RFC 6177) and can change within it as they
 * like, so that all of it counts as one.
 */
export function addressOf(ip: string): string {
  // With a zone (`fe80::1%eth0`), or from a proxy that was told something else.
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  const [first = 0, second = 0, third = 0, fourth = 0] = (address as IPv6).parts;
  return new ipaddr.IPv6([first, second, third, fourth, 0, 0, 0, 0]).toString();
}
