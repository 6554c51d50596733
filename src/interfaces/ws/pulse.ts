/** A connection that is asked now and then whether it is still there. */
export interface Pulsed {
  /** Nothing came back since the last two beats. */
  lose(): void;
  /** Asks; whatever comes back is told with `heard`. */
  beat(): void;
}

/** Whoever leaves two in a row unanswered is not there any more. */
const mostMissed = 2;
const slotCount = 64;

interface Ring {
  readonly members: Map<Pulsed, number>;
}

/**
 * Beats for every connection, each once in `everyMs`, spread evenly over that time: asking twenty thousand at once kept
 * the event loop busy for 0.4 s. A connection waits a whole turn for its first beat, or nearly so.
 */
export class Pulse {
  readonly #rings: readonly Ring[] = Array.from({ length: slotCount }, () => ({ members: new Map() }));
  readonly #ringOf = new Map<Pulsed, Ring>();
  readonly #timer: NodeJS.Timeout;
  #next = 0;

  constructor(everyMs: number) {
    this.#timer = setInterval(
      () => {
        this.#beat();
      },
      Math.max(1, everyMs / slotCount),
    );
    this.#timer.unref();
  }

  join(member: Pulsed): void {
    // The ring that was just served comes round last; fewer members go before, so that the rings stay even.
    let ring: Ring | undefined;
    for (let back = 1; back <= slotCount; back += 1) {
      const candidate = this.#rings[(this.#next - back + 2 * slotCount) % slotCount];
      if (candidate === undefined) continue;
      if (ring === undefined || candidate.members.size < ring.members.size) ring = candidate;
    }
    if (ring === undefined) return;
    ring.members.set(member, 0);
    this.#ringOf.set(member, ring);
  }

  /** It answered. */
  heard(member: Pulsed): void {
    this.#ringOf.get(member)?.members.set(member, 0);
  }

  leave(member: Pulsed): void {
    this.#ringOf.get(member)?.members.delete(member);
    this.#ringOf.delete(member);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const ring = this.#rings[this.#next];
    this.#next = (this.#next + 1) % slotCount;
    for (const [member, missed] of ring?.members ?? []) {
      if (missed >= mostMissed) {
        member.lose();
        continue;
      }
      ring?.members.set(member, missed + 1);
      member.beat();
    }
  }
}
