import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { deviceTokenText } from '../../domain/device/device-token.js';
import type { Secrets } from '../../application/ports/secrets.js';

/** Crockford's base32: no I, L, O or U, so that nothing looks like something else. */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Secrets from the operating system's random source. */
export class NodeSecrets implements Secrets {
  deviceSecret(): string {
    return `fgd_${randomBytes(32).toString('base64url')}`;
  }

  apiKey(): string {
    return `fgk_${randomBytes(32).toString('base64url')}`;
  }

  deviceToken(deviceId: string): string {
    return deviceTokenText(deviceId, randomBytes(32).toString('base64url'));
  }

  activationCode(): string {
    // 256 is a multiple of 32, so every symbol is equally likely.
    const symbols = Array.from(randomBytes(16), (byte) => codeAlphabet.charAt(byte % 32)).join('');
    return symbols.replaceAll(/(.{4})(?=.)/g, '$1-');
  }

  nonce(): string {
    return randomBytes(16).toString('base64url');
  }

  hash(secret: string): string {
    return hash('sha256', secret, 'hex');
  }

  /** `timingSafeEqual` throws on unequal lengths: the digests of both are compared, which are of one length. */
  same(hash: string, other: string): boolean {
    return timingSafeEqual(digest(hash), digest(other));
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();
