/** With room for the number that is counted on from it, it is an attempt id of a claim. */
export const attemptNamePattern = /^[A-Za-z0-9._:-]{1,112}(:\d{1,12})?$/;

const numbered = /^(.+):(\d{1,12})$/;

/**
 * The claims of a push: each is an attempt of its own, `<base>:<n>` with n counting up, so that what was claimed and
 * got lost on the way is found again by whoever knows the last one that arrived.
 */
export class PushAttempts {
  readonly #base: string;
  #number: number;
  #current: string;
  #mayBeRepeated: boolean;

  /** Begins with the claim of this very name; whoever knew the name may have made that claim before. */
  constructor(first: string, mayBeRepeated: boolean) {
    const [, base = first, number = '0'] = numbered.exec(first) ?? [];
    this.#base = base;
    this.#number = Number(number);
    this.#current = first;
    this.#mayBeRepeated = mayBeRepeated;
  }

  get current(): string {
    return this.#current;
  }

  /** The current one brings what it brought before, or what there is, and is not worth waiting for. */
  get mayBeRepeated(): boolean {
    return this.#mayBeRepeated;
  }

  /** The current one has brought what it could. */
  advance(): void {
    this.#mayBeRepeated = false;
    this.#number += 1;
    this.#current = `${this.#base}:${String(this.#number)}`;
  }
}
