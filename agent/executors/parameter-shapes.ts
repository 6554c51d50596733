import { isIP } from 'node:net';
import { z } from 'zod';

// Labels may hold underscores (service records, Windows names) but begin with neither dash nor dot, so that a
// host can never be read as an option by the tool that gets it.
const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`);

function isAddress(text: string): boolean {
  // A zone (`%eth0`) is accepted by isIP with anything after the percent sign.
  return isIP(text) !== 0 && !text.includes('%');
}

export const host = z
  .string()
  .min(1)
  .max(253)
  .refine((text) => isAddress(text) || hostName.test(text), 'must be a host name or an IP address');

export const address = z.string().refine(isAddress, 'must be an IP address');

export const timeoutMs = z.int().min(1000).max(60_000);

/** A systemd unit, as systemd spells them. */
export const unitName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9:_.@\\-]*$/, 'must be the name of a systemd unit');
