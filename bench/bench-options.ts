import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly json: string | null;
}

/** Throws when something is asked for that there is not. */
export function readOptions(args: readonly string[], rows: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      'warm-up': { type: 'string', default: '10' },
      json: { type: 'string' },
    },
  });
  const only = values.only ?? rows;
  const unknown = only.filter((name) => !rows.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(', ')}; there are ${rows.join(', ')}.`);
  return {
    only,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    warmUp: positive('warm-up', values['warm-up']),
    json: values.json ?? null,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0.`);
  return number;
}
