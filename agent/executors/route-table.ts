import { readFile } from 'node:fs/promises';

export interface Route {
  readonly family: 'IPv4' | 'IPv6';
  /** In prefix notation; the default route is `0.0.0.0/0` or `::/0`. */
  readonly destination: string;
  /** Null for a network that is directly attached. */
  readonly gateway: string | null;
  readonly interface: string;
  readonly metric: number;
}

const isUp = 0x1;
const isLocal = 0x8000_0000;

/** The kernel's own tables; null where there is no /proc. */
export async function readRoutes(): Promise<Route[] | null> {
  const ipv4 = await readFile('/proc/net/route', 'utf8').catch(() => null);
  if (ipv4 === null) return null;
  // A kernel without IPv6 has no such file.
  const ipv6 = await readFile('/proc/net/ipv6_route', 'utf8').catch(() => '');
  return [...parseIpv4Routes(ipv4), ...parseIpv6Routes(ipv6)];
}

/** Addresses in this file are hexadecimal numbers in the byte order of the machine: little-endian everywhere. */
export function parseIpv4Routes(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([name, destination, gateway, flags, , , metric, mask]) => {
      if (name === undefined || destination === undefined || gateway === undefined || mask === undefined)
        return [];
      if ((parseInt(flags ?? '0', 16) & isUp) === 0) return [];
      return [
        {
          family: 'IPv4' as const,
          destination: `${ipv4(destination)}/${ones(mask)}`,
          gateway: parseInt(gateway, 16) === 0 ? null : ipv4(gateway),
          interface: name,
          metric: Number(metric),
        },
      ];
    });
}

export function parseIpv6Routes(text: string): Route[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([destination, prefix, , , gateway, metric, , , flags, name]) => {
      if (destination === undefined || prefix === undefined || gateway === undefined || name === undefined)
        return [];
      const bits = parseInt(flags ?? '0', 16);
      // The device's own addresses and the kernel's catch-all on `lo` lead nowhere.
      if ((bits & isUp) === 0 || (bits & isLocal) !== 0 || name === 'lo') return [];
      return [
        {
          family: 'IPv6' as const,
          destination: `${ipv6(destination)}/${parseInt(prefix, 16)}`,
          gateway: /^0+$/.test(gateway) ? null : ipv6(gateway),
          interface: name,
          metric: parseInt(metric ?? '0', 16),
        },
      ];
    });
}

function ipv4(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join('.');
}

function ipv6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  // The URL parser knows the one canonical way to shorten an address.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function ones(hex: string): number {
  return parseInt(hex, 16).toString(2).replaceAll('0', '').length;
}
