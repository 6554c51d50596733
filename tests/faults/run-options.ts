import { availableParallelism, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { memoryFolder } from '../support/memory-folder.js';

export interface RunOptions {
  readonly commands: number;
  readonly faults: number;
  readonly seed: number;
  /** No proposals after so long, whatever has been reached. */
  readonly minutes: number;
  readonly gateways: number;
  readonly customers: number;
  readonly devicesPerCustomer: number;
  /** Where the run makes its folder. */
  readonly parent: string;
  /** Keep the folder, with the history and all logs, whatever the outcome. */
  readonly keep: boolean;
}

const usual = { commands: 20_000, faults: 10, minutes: 20 } as const;
const long = { commands: 1_000_000, faults: 360, minutes: 600 } as const;
/** What a run of this size writes fits well into memory. */
const smallCommands = 60_000;

export function readOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      long: { type: 'boolean', default: false },
      commands: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string' },
      minutes: { type: 'string' },
      gateways: { type: 'string' },
      folder: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const size = values.long ? long : usual;
  const commands = whole('commands', values.commands, size.commands);
  const isSmall = commands <= smallCommands;
  return {
    commands,
    faults: whole('faults', values.faults, size.faults),
    seed: whole('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
    minutes: whole('minutes', values.minutes, size.minutes),
    gateways: Math.max(2, whole('gateways', values.gateways, availableParallelism() > 4 ? 3 : 2)),
    customers: 4,
    devicesPerCustomer: isSmall ? 8 : 12,
    parent: values.folder ?? (isSmall ? memoryFolder() : null) ?? tmpdir(),
    keep: values.keep,
  };
}

function whole(name: string, given: string | undefined, otherwise: number): number {
  const number = given === undefined ? otherwise : Number(given);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} must be a whole number.`);
}
