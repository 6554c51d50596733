import { hasRepeatedMembers } from './repeated-members.js';

/** The header of an access token, as far as it decides how the token is checked. */
export type TokenHeader =
  { readonly alg: 'ES256' | 'RS256'; readonly kid: string } | { readonly alg: 'HS256' };

const maxTokenLength = 8_192;
const compactShape = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const keyIdShape = /^[\w.:=+/-]{1,128}$/;

/** Members that would bring a key of the sender's own, or change what is signed. */
const unwantedMembers = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64', 'enc', 'zip'];

/** Reads the header before any key is looked for. Null when no key could make this token a good one. */
export function readTokenHeader(token: string): TokenHeader | null {
  // API keys of the project (`sb_secret_…`) and our own secrets have no dots and end here.
  if (token.length > maxTokenLength || !compactShape.test(token)) return null;
  const [headerPart = '', payloadPart = ''] = token.split('.');
  const header = readObject(headerPart);
  // Two readers that choose differently between repeated members would see two different tokens.
  if (header === null || readObject(payloadPart) === null) return null;
  const { alg, kid, typ } = header;
  if (unwantedMembers.some((member) => member in header)) return null;
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) return null;
  if (kid !== undefined && (typeof kid !== 'string' || !keyIdShape.test(kid))) return null;
  if (alg === 'HS256') return { alg };
  if ((alg === 'ES256' || alg === 'RS256') && kid !== undefined) return { alg, kid };
  return null;
}

function readObject(part: string): Readonly<Record<string, unknown>> | null {
  const text = Buffer.from(part, 'base64url').toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return hasRepeatedMembers(text, value) ? null : { ...value };
  } catch {
    return null;
  }
}
