import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Seals texts with AES-256-GCM, each bound to a context: what is sealed in one place does not open in another. */
export class AnswerCipher {
  readonly #key: Uint8Array;

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error('the key of the answer cipher has 32 bytes');
    this.#key = key;
  }

  seal(text: string, context: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, sealed, cipher.getAuthTag()]);
  }

  /** Throws when it was not sealed with this key in this context, or was touched since. */
  open(box: Buffer, context: string): string {
    const decipher = createDecipheriv(algorithm, this.#key, box.subarray(0, ivBytes))
      .setAAD(Buffer.from(context))
      .setAuthTag(box.subarray(-tagBytes));
    return decipher.update(box.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
  }
}
