import { isIP } from 'node:net';
import { z } from 'zod';

/** A label of a host name: letters, digits and inner hyphens (RFC 1123). Underscores occur in DNS names. */
const hostLabel = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Programs take what ends so for an address, in notations of their own: `127.1` and `0x7f000001` are 127.0.0.1. */
const numberLabel = /^(\d+|0x[0-9a-f]*)$/i;

function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text.length <= 253 &&
    labels.every((label) => hostLabel.test(label)) &&
    !numberLabel.test(labels.at(-1) ?? '')
  );
}

/** A host name or an address: nothing that a shell, or an option parser, could read as something else. */
export const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/)
  .refine((text) => isIP(text) !== 0 || isHostName(text), 'must be a host name or an IP address');

export const ipAddress = z
  .string()
  .max(45)
  .regex(/^[0-9A-Fa-f:.]+$/)
  .refine((text) => isIP(text) !== 0, 'must be an IP address');

export const port = z.int().min(1).max(65_535);

export const timeoutMs = z.int().min(1_000).max(60_000);

/** The name of a service or a unit, never a path. */
export const serviceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9@._:-]{0,127}$/);

/** The name of a network interface, as Linux allows it. */
export const interfaceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/);

/** An absolute path without a step upwards. */
export const absolutePath = z
  .string()
  .max(1_024)
  .regex(/^\/[A-Za-z0-9._/@:+-]*$/)
  .refine((path) => !path.split('/').includes('..'), 'must not contain ..');

/** A web address without credentials in it. Taken as it is: zod's own check looks at a trimmed copy. */
export const webUrl = z
  .string()
  .max(2_048)
  .regex(/^[\x21-\x7e]+$/)
  .refine(isWebAddress, 'must be an http or https address without credentials');

function isWebAddress(text: string): boolean {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  return url !== null && url.username === '' && url.password === '';
}
