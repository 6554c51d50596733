import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Of scrypt (RFC 7914): N as its base-2 logarithm, block size and parallelism. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** About 64 MiB and a third of a second. */
const current: PasswordCost = { ln: 16, r: 8, p: 2 };
const saltBytes = 16;
const keyBytes = 32;

const hashShape = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/** `$scrypt$ln=…,r=…,p=…$<salt>$<key>`: the cost stands beside the hash, so that it can be raised later. */
export async function hashPassword(password: string, cost: PasswordCost = current): Promise<string> {
  const salt = randomBytes(saltBytes);
  return format(salt, await derive(password, salt, cost), cost);
}

/** A hash that no password has, and that costs as much to compare with as any other. */
export const nobodysHash = format(Buffer.alloc(saltBytes), Buffer.alloc(keyBytes), current);

export async function matchesHash(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = '', key = ''] = hashShape.exec(hash) ?? [];
  if (key === '') throw new Error('A stored password hash is not readable.');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(derived, Buffer.from(key, 'base64'));
}

function derive(password: string, salt: Buffer, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** ln;
  // Node refuses more than 32 MiB unless told; the algorithm needs 128·N·r and a little.
  const limits = { N, r, p, maxmem: 256 * N * r };
  // The same password from another keyboard may be composed of other code points.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, keyBytes, limits, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function format(salt: Buffer, key: Buffer, { ln, r, p }: PasswordCost): string {
  return `$scrypt$ln=${String(ln)},r=${String(r)},p=${String(p)}$${unpadded(salt)}$${unpadded(key)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
