import type { IncomingHttpHeaders } from 'node:http';
import { generalFaults } from '../../domain/shared/general-faults.js';

const bearerPattern = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** The token of `Authorization: Bearer …` (RFC 6750); null without the header. Anything else in it is refused. */
export function bearerToken(headers: IncomingHttpHeaders, maxLength: number): string | null {
  const { authorization } = headers;
  if (authorization === undefined) return null;
  // The length is looked at first, so that the pattern never runs over a long header.
  const token = authorization.length <= maxLength + 16 ? bearerPattern.exec(authorization)?.[1] : undefined;
  if (token === undefined || token.length > maxLength) throw generalFaults.unauthenticated();
  return token;
}
