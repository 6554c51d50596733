import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ExportedActivity } from '../../application/activity/export-activity.js';
import type { ChainLink, LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { CliOutput } from './cli-output.js';
import type { CliOperations } from './operations.js';
import { readExport } from './read-export.js';
import { link, linkText, uuid } from './typed-options.js';

interface Ways {
  readonly answer: (what: JsonObject) => void;
  readonly output: CliOutput;
}

interface VerifyOptions {
  readonly customerId?: string;
  readonly file?: string;
  readonly after?: ChainLink;
  readonly head?: ChainLink;
}

/** The activity log of a customer, for those who audit it. */
export function addActivityVerbs(program: Command, operations: CliOperations, ways: Ways): void {
  const activity = program.command('activity').description('activity logs');
  activity
    .command('export')
    .description('write the log of a customer as JSON lines, and say where it begins and ends')
    .requiredOption('--customer-id <uuid>', 'the customer', uuid)
    .option('--out <file>', 'a new file, for its owner alone; standard output when absent')
    .action(async (options: { customerId: string; out?: string }) => {
      await exportLog(operations, ways, options);
    });
  activity
    .command('verify')
    .description('recompute the hash chain of a log, in the database or in an export')
    .option('--customer-id <uuid>', 'the log of this customer, in the database', uuid)
    .option('--file <file>', 'an export; nothing else is needed')
    .option(
      '--after <seq:hash>',
      'the link that an export begins after, where a beginning was forgotten',
      link,
    )
    .option('--head <seq:hash>', 'the link that an export has to end with', link)
    .action(async (options: VerifyOptions) => {
      const verified = await verify(operations, options);
      ways.answer(verified);
      if (verified['ok'] !== true) process.exitCode = 1;
    });
}

async function exportLog(
  operations: CliOperations,
  { answer, output }: Ways,
  { customerId, out }: { readonly customerId: string; readonly out?: string },
): Promise<void> {
  const exported = (take: (line: string) => Promise<void>): Promise<ExportedActivity> =>
    operations.withUseCases(({ exportActivity }) =>
      exportActivity.execute(customerId, (entry: LoggedEntry) => take(JSON.stringify(entry))),
    );
  if (out === undefined) {
    const { entries, after, head } = await exported((line) => output.printLine(line));
    output.note(`${entries} entries, after ${linkText(after)}, head ${linkText(head)}`);
    return;
  }
  await using file = await open(out, 'wx', 0o600);
  const { entries, after, head } = await exported(async (line) => {
    await file.appendFile(`${line}\n`);
  });
  await file.sync();
  answer({ customerId, entries, after: linkText(after), head: linkText(head), out });
}

async function verify(operations: CliOperations, options: VerifyOptions): Promise<JsonObject> {
  const { customerId, file, after = null, head = null } = options;
  if ((customerId === undefined) === (file === undefined))
    throw new Error('Name either a customer (--customer-id) or an export (--file).');
  if (file !== undefined) {
    const { last, ...verified } = await operations.verifyExport({ entries: readExport(file), after, head });
    return { ...verified, last: linkText(last) };
  }
  if (after !== null || head !== null) throw new Error('--after and --head belong to an export (--file).');
  const principal = {
    kind: 'cli',
    id: 'cli',
    name: 'cli',
    customerId: customerId ?? '',
    role: 'admin',
  } as const;
  return operations.withUseCases(async ({ verifyActivity }) => ({
    ...(await verifyActivity.execute(principal)),
  }));
}
