import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Keys of 32 bytes each, the same in every gateway. */
export interface AnswerKeys {
  /** The one to seal with. */
  newest(): Uint8Array;
  /** Those to open with, the newest among them. */
  all(): readonly Uint8Array[];
  /** After a text that none of them opens: whether there are other keys now. */
  lookAgain(): boolean;
}

/** Seals texts with AES-256-GCM, each bound to a context: what is sealed in one place does not open in another. */
export class AnswerCipher {
  readonly #keys: AnswerKeys;

  constructor(keys: AnswerKeys) {
    if (keys.newest().length !== 32) throw new Error('the keys of the answer cipher have 32 bytes');
    this.#keys = keys;
  }

  seal(text: string, context: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#keys.newest(), iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, sealed, cipher.getAuthTag()]);
  }

  /** Throws when it was not sealed with one of the keys in this context, or was touched since. */
  open(box: Buffer, context: string): string {
    try {
      return this.#openWithAny(box, context);
    } catch (error) {
      if (!this.#keys.lookAgain()) throw error;
      return this.#openWithAny(box, context);
    }
  }

  #openWithAny(box: Buffer, context: string): string {
    let failure: unknown = new Error('There is no key to open it with.');
    for (const key of this.#keys.all()) {
      try {
        return open(key, box, context);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function open(key: Uint8Array, box: Buffer, context: string): string {
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, ivBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(box.subarray(-tagBytes));
  return decipher.update(box.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
