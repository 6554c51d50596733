import 'reflect-metadata';
import { CommanderError } from 'commander';
import { version } from './composition/build-info.js';
import { ConfigError, readConfig } from './composition/config.js';
import { createLogger } from './composition/logger.js';
import { operatorOperations } from './composition/operator.js';
import { Fault } from './domain/shared/fault.js';
import { note, printAnswer, printLine } from './interfaces/cli/print-answer.js';
import { buildProgram } from './interfaces/cli/program.js';

/** `EX_CONFIG` of sysexits.h. */
const invalidConfiguration = 78;

async function main(): Promise<void> {
  // Answers go to standard output; what is logged on the way is only of interest when something fails.
  const log = createLogger('silent', false);
  // Read by the verbs that need it: a file is verified wherever the file is.
  const operations = operatorOperations(() => readConfig(process.env), log);
  const program = buildProgram(version, operations, { print: printAnswer, printLine, note });
  await program.parseAsync(process.argv);
}

try {
  await main();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Fault ? error.code : 'failed';
    if (process.argv.includes('--json')) printAnswer({ error: { code, message } }, true);
    else process.stderr.write(`${message}\n`);
    process.exitCode = error instanceof ConfigError ? invalidConfiguration : 1;
  }
}
