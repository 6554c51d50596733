import type { Command } from 'commander';
import type { JsonObject } from '../../domain/shared/json.js';
import type { CliOperations } from './operations.js';
import { line } from './typed-options.js';

export function addUserVerbs(
  program: Command,
  operations: CliOperations,
  answer: (what: JsonObject) => void,
): void {
  const verbs = program.command('user').description('people of the local identity');
  verbs
    .command('create')
    .description('add a person who signs in with e-mail and password')
    .requiredOption('--email <address>', 'e-mail address', line(320))
    .option('--password <password>', 'made up and printed when absent')
    .option('--name <name>', 'name of the person', line(200), 'Member')
    .action(async (options: { email: string; password?: string; name: string }) => {
      const password = options.password ?? operations.makePassword();
      const made = await operations.withUseCases(async ({ createUser }) => {
        if (createUser === null) throw new Error('People come from Supabase here: invite them there.');
        return createUser({ email: options.email, name: options.name, password });
      });
      answer({ ...made, email: options.email, ...(options.password === undefined && { password }) });
    });
  verbs
    .command('reset-factors')
    .description('remove the second factors of somebody who lost their phone, and end their sign-ins')
    .requiredOption('--email <address>', 'e-mail address', line(320))
    .action(async ({ email }: { email: string }) => {
      const reset = await operations.withUseCases(async ({ resetFactors }) => {
        if (resetFactors === null)
          throw new Error('People come from Supabase here: remove the factors there.');
        return resetFactors(email);
      });
      answer({ ...reset, email });
    });
}
