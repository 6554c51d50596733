import { Secret, TOTP } from 'otpauth';

/** What every authenticator app knows, whatever else they offer: RFC 6238 with SHA-1, six digits, 30 s. */
const known = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** A code of the step before or after is taken too: clocks differ, and people are slow. */
const window = 1;

/** 160 random bits in base32, as RFC 4226 recommends. */
export const newSecret = (): string => new Secret({ size: 20 }).base32;

/** `otpauth://totp/…`, as apps read it. */
export const enrolmentUri = (secret: string, issuer: string, account: string): string =>
  new TOTP({ ...known, secret, issuer, label: account }).toString();

/** The time step that the code belongs to; null when it is not right at this time. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  // The library compares bytes, and throws where six characters are more than six of them.
  if (!/^[0-9]{6}$/.test(code)) return null;
  const totp = new TOTP({ ...known, secret });
  const timestamp = now.getTime();
  const delta = totp.validate({ token: code, timestamp, window });
  return delta === null ? null : totp.counter({ timestamp }) + delta;
}
