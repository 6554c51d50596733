/** A code is good for one registration, within 24 hours. */
export const activationCodeLifetimeMs = 86_400_000;

/** So many wrong codes may be presented for a device; then its code is void, and an admin issues another one. */
export const mostWrongTries = 5;

/** For how long a device may repeat a registration whose answer it lost, if it has not signed in since. */
export const registrationRepeatMs = 600_000;

/** One-time secret that turns a provisioned device into an active one. Only its hash is kept. */
export interface ActivationCode {
  readonly hash: string;
  readonly deviceId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  /** How many wrong codes were presented since it was issued. */
  readonly wrongTries: number;
  /** The operation that issued it. */
  readonly operationId: string | null;
}

export type CodeVerdict = 'first_use' | 'repeat' | 'used_up' | 'expired' | 'void';

/** What presenting the right code means at `now`. `signedInSince`: whether the device signed in after using it. */
export function judgeCode(code: ActivationCode, signedInSince: boolean, now: Date): CodeVerdict {
  if (code.wrongTries >= mostWrongTries) return 'void';
  if (code.usedAt !== null) {
    const repeatable = !signedInSince && now.getTime() - code.usedAt.getTime() < registrationRepeatMs;
    return repeatable ? 'repeat' : 'used_up';
  }
  return code.expiresAt > now ? 'first_use' : 'expired';
}

/** People type codes: case, spaces and hyphens do not matter, and what looks alike is read alike. */
export function normaliseCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
