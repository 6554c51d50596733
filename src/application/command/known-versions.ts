interface Known<Value> {
  readonly value: Promise<Value>;
  /** Null while it is being read. */
  version: number | null;
}

const most = 10_000;

/**
 * What this gateway read last, by key, so that a proposal need not ask again. What is drafted by something old is refused
 * by the record, and then it is read anew: it can cost a second try, and never mislead.
 */
export class KnownVersions<Value> {
  readonly #read: (key: string) => Promise<Value>;
  readonly #versionOf: (value: Value) => number;
  readonly #known = new Map<string, Known<Value>>();

  constructor(read: (key: string) => Promise<Value>, versionOf: (value: Value) => number) {
    this.#read = read;
    this.#versionOf = versionOf;
  }

  /** What cannot be read is not kept: the rejection is everybody's who waits for it. */
  async of(key: string): Promise<Value> {
    return (this.#known.get(key) ?? this.#readAnew(key)).value;
  }

  /** The record has another version than this one. Of many who find that out at once, one reads. */
  forget(key: string, version: number): void {
    if (this.#known.get(key)?.version === version) this.#known.delete(key);
  }

  #readAnew(key: string): Known<Value> {
    const known: Known<Value> = {
      value: this.#read(key).then(
        (value) => {
          known.version = this.#versionOf(value);
          return value;
        },
        (error: unknown) => {
          if (this.#known.get(key) === known) this.#known.delete(key);
          throw error;
        },
      ),
      version: null,
    };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= most && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, known);
    return known;
  }
}
