/**
 * A look at something that may have changed: never two at once, and one more for all who asked while one was under way.
 * Who asks before the first one may be made, is remembered.
 */
export class RepeatedLook {
  readonly #look: () => Promise<void>;
  #mayLook = false;
  #isLooking = false;
  #isAsked = false;

  /** `look` never rejects. */
  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** From now on. The first look is made at once. */
  begin(): void {
    this.#mayLook = true;
    this.ask();
  }

  ask(): void {
    this.#isAsked = true;
    if (this.#mayLook && !this.#isLooking) void this.#goOn();
  }

  stop(): void {
    this.#mayLook = false;
  }

  async #goOn(): Promise<void> {
    this.#isLooking = true;
    while (this.#isAsked && this.#mayLook) {
      this.#isAsked = false;
      await this.#look();
    }
    this.#isLooking = false;
  }
}
