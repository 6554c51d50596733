/**
 * Counts the calls of ports that are under way. What a gateway that died had begun may go on by itself; a model can
 * only look once all of it is over.
 */
export class QuietPorts {
  #underWay = 0;

  /** The same port, counted. */
  watch<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...given: readonly unknown[]): unknown => this.#count(Reflect.apply(member, target, given));
      },
    });
  }

  /** Resolves when nothing is under way any more, and nothing follows from what was. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 2; still += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay > 0) still = -1;
    }
  }

  #count(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer;
    this.#underWay += 1;
    return answer.finally(() => {
      this.#underWay -= 1;
    });
  }
}
