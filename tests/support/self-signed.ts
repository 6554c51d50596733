import { generateKeyPairSync, sign } from 'node:crypto';

export interface SelfSigned {
  /** Both as PEM. */
  readonly key: string;
  readonly cert: string;
}

/** A certificate for `localhost` that nobody vouches for but itself, made by hand (RFC 5280, DER). */
export function selfSigned(): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const commonName = sequence(oid(0x55, 0x04, 0x03), node(0x0c, Buffer.from('localhost')));
  const name = sequence(node(0x31, commonName));
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const alternative = sequence(node(0x82, Buffer.from('localhost')));
  const extensions = node(0xa3, sequence(sequence(oid(0x55, 0x1d, 0x11), node(0x04, alternative))));
  const version = node(0xa0, integer(2));
  const keyInfo = publicKey.export({ format: 'der', type: 'spki' });
  const body = sequence(version, integer(1), ecdsaWithSha256, name, validity, name, keyInfo, extensions);
  const signature = node(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const der = sequence(body, ecdsaWithSha256, signature);
  const lines = der.toString('base64').replaceAll(/(.{64})/g, '$1\n');
  return {
    key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function node(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => node(0x30, ...parts);
const oid = (...bytes: readonly number[]): Buffer => node(0x06, Buffer.from(bytes));
const integer = (value: number): Buffer => node(0x02, Buffer.from([value]));
const utcTime = (text: string): Buffer => node(0x17, Buffer.from(text));
