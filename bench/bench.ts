import type { Lifecycle } from '../src/composition/lifecycle.js';
import type { PostgresServer } from './services/postgres-service.js';
import type { Line } from './table.js';

/** What every row works with. */
export interface Bench {
  readonly redisUrl: string;
  readonly postgres: PostgresServer;
  readonly rounds: number;
  /** Length of one turn of a contender. */
  readonly seconds: number;
  /** Length of a contender's turn that comes before and is not counted, in seconds. */
  readonly warmUp: number;
  /** Begins the names of everything that is made. */
  readonly prefix: string;
  readonly lifecycle: Lifecycle;
  /** Says something above the table, such as who is not compared with, and why. */
  readonly note: (text: string) => void;
}

export interface Row {
  readonly name: string;
  run(bench: Bench): Promise<readonly Line[]>;
}

/** Races happen in pairs of names: the first contender is ours, the others are who it is compared with. */
export function linesOf(
  names: readonly string[],
  rates: readonly (readonly number[])[],
  line: Pick<Line, 'row' | 'what' | 'unit'>,
  targets: Readonly<Record<string, number>>,
): readonly Line[] {
  return names.slice(1).map((peer, index): Line => {
    const target = targets[peer];
    return {
      ...line,
      ours: rates[0] ?? [],
      peer,
      theirs: rates[index + 1] ?? [],
      target: target === undefined ? null : { atLeast: target },
    };
  });
}
