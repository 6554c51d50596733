/** Secrets that people and devices hold, each of random bits from the operating system. */
export interface Secrets {
  /** `fgd_` and 256 random bits. */
  deviceSecret(): string;
  /** `fgk_` and 256 random bits. */
  apiKey(): string;
  /** `fgt_<device id>~` and 256 random bits. */
  deviceToken(deviceId: string): string;
  /** `XXXX-XXXX-XXXX-XXXX`, 80 random bits in base32 without look-alikes. */
  activationCode(): string;
  /** 128 random bits as text. */
  nonce(): string;
  /** SHA-256 as lower-case hex: the only form in which a secret is kept. */
  hash(secret: string): string;
  /** Compares two hashes in constant time. */
  same(hash: string, other: string): boolean;
}
