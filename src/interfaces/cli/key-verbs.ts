import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { JsonObject } from '../../domain/shared/json.js';
import type { CliOperations } from './operations.js';

/** Longer than any command lives: 14 days from when it may begin. */
const usualOverlapDays = 60;

export function addKeyVerbs(
  program: Command,
  { keys }: CliOperations,
  answer: (what: JsonObject) => void,
): void {
  const verbs = program.command('keys').description('keys that grants are signed with');
  verbs
    .command('rotate')
    .description(
      'make a new key that signs from now on; where the key comes from GRANT_SIGNING_KEY, print its new values',
    )
    .option('--overlap-days <n>', 'how long the former key counts', days, usualOverlapDays)
    .action(async ({ overlapDays }: { overlapDays: number }) => {
      answer(await keys.rotate(overlapDays));
    });
  verbs
    .command('revoke')
    .description('drop a former key before its time')
    .requiredOption('--key-id <id>', 'id of the key, as /.well-known/fieldgate-keys.json names it')
    .action(async ({ keyId }: { keyId: string }) => {
      answer(await keys.revoke(keyId));
    });
}

function days(value: string): number {
  if (/^\d{1,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number from 0 to 999.');
}
