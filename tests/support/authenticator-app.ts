import { TOTP } from 'otpauth';

/** The code that an authenticator app with this secret shows at a time; `steps` of 30 s later or earlier. */
export const codeAt = (secret: string, at: Date, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: at.getTime() + steps * 30_000 });

/** A code of six digits that is right neither now nor a step before or after. */
export function wrongCodeAt(secret: string, at: Date): string {
  const right = [-1, 0, 1].map((steps) => codeAt(secret, at, steps));
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? '';
}
