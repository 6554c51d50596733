/** Somebody who does the same thing in their own way. */
export interface Contender {
  readonly name: string;
  /** Does it once, from the beginning to the end; `caller` tells those apart who do it at the same time. */
  cycle(caller: number): Promise<unknown>;
  /** Gets ready for a turn of so many seconds; its time is not counted. */
  prepare?(seconds: number): Promise<void>;
  /** Hears how a turn went and puts away what it left; its time is not counted. */
  finish?(turn: {
    readonly cycles: number;
    readonly seconds: number;
    readonly counted: boolean;
  }): Promise<void>;
}

export interface Pace {
  readonly rounds: number;
  /** Length of one turn. */
  readonly seconds: number;
  /** Length of the turn before the first one, in seconds. */
  readonly warmUp: number;
  readonly callers: number;
}

/**
 * Cycles per second of each, a number per round. They take turns, so that what else the machine does hits all
 * alike, and each round begins with another one. A first round is run to warm up and not counted: a server in service
 * runs code that V8 has compiled long ago, and the more code there is, the longer that takes.
 */
export async function race(
  contenders: readonly Contender[],
  { rounds, seconds, warmUp, callers }: Pace,
): Promise<readonly number[][]> {
  const rates = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    const length = round === 0 ? warmUp : seconds;
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + round) % contenders.length;
      const contender = contenders[index];
      if (contender === undefined) continue;
      await contender.prepare?.(length);
      const { cycles, ms } = await turnOf(contender, length, callers);
      if (round > 0) rates[index]?.push((cycles * 1_000) / ms);
      await contender.finish?.({ cycles, seconds: length, counted: round > 0 });
    }
  }
  return rates;
}

/** Every caller begins anew when its cycle has ended, until time is up. */
async function turnOf(
  contender: Contender,
  seconds: number,
  callers: number,
): Promise<{ readonly cycles: number; readonly ms: number }> {
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let cycles = 0;
  const work = async (caller: number): Promise<void> => {
    while (performance.now() < end) {
      await contender.cycle(caller);
      cycles += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => work(caller)));
  return { cycles, ms: performance.now() - begun };
}

/** The value below which the share lies; 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
