import { Command, InvalidArgumentError, Option } from 'commander';
import type { Cause } from '../../domain/activity/activity-entry.js';
import { roles } from '../../domain/customer/role.js';
import type { Role } from '../../domain/customer/role.js';
import { deviceIdPattern } from '../../domain/device/device.js';
import type { JsonObject } from '../../domain/shared/json.js';
import { addActivityVerbs } from './activity-verbs.js';
import type { CliOutput } from './cli-output.js';
import { addKeyVerbs } from './key-verbs.js';
import type { CliOperations } from './operations.js';
import { label, line, uuid } from './typed-options.js';
import { addUserVerbs } from './user-verbs.js';

const byTheOperator: Cause = { actor: { kind: 'cli', id: 'cli' }, requestId: null };

/** The operator's command line. */
export function buildProgram(version: string, operations: CliOperations, output: CliOutput): Command {
  const program = new Command('fieldgate')
    .description("The operator's command line of Fieldgate. It reads the same environment as the gateway.")
    .version(version)
    .option('--json', 'answer with one JSON object')
    .showHelpAfterError()
    .exitOverride();
  const answer = (what: JsonObject): void => {
    output.print(what, program.opts<{ json?: true }>().json === true);
  };

  program
    .command('migrate')
    .description('apply the migrations that the database lacks')
    .action(async () => {
      answer({ ...(await operations.migrate()) });
    });
  program
    .command('doctor')
    .description('look at the configuration and at everything the gateway depends on')
    .action(async () => {
      const findings = await operations.diagnose();
      const ok = findings.every((finding) => finding.ok);
      answer({ ok, findings: findings.map((finding) => ({ ...finding })) });
      if (!ok) process.exitCode = 1;
    });
  program
    .command('purge')
    .description('forget the history that is older than it has to be kept')
    .action(async () => {
      answer({ ...(await purge(operations)) });
    });
  addCustomerVerbs(program, operations, answer);
  addDeviceVerbs(program, operations, answer);
  addUserVerbs(program, operations, answer);
  addActivityVerbs(program, operations, { answer, output });
  addKeyVerbs(program, operations, answer);
  return program;
}

/** Turn after turn, until nothing is left to forget. */
function purge(operations: CliOperations): Promise<{ sessions: number; commands: number; entries: number }> {
  return operations.withUseCases(async ({ purgeHistory }) => {
    const purged = { sessions: 0, commands: 0, entries: 0 };
    for (;;) {
      const { sessions, commands, entries } = await purgeHistory.execute();
      if (sessions + commands + entries === 0) return purged;
      purged.sessions += sessions;
      purged.commands += commands;
      purged.entries += entries;
    }
  });
}

type Answer = (what: JsonObject) => void;

function addCustomerVerbs(program: Command, operations: CliOperations, answer: Answer): void {
  program
    .command('customer')
    .description('customers')
    .command('create')
    .description('make a customer and its first admin')
    .requiredOption('--name <name>', 'name of the customer', line(200))
    .requiredOption('--admin-user-id <uuid>', 'user id of the admin, from the identity provider', uuid)
    .option('--admin-name <name>', 'name of the admin', line(200), 'Admin')
    .action(async (options: { name: string; adminUserId: string; adminName: string }) => {
      const { name, adminUserId: userId, adminName } = options;
      const made = await operations.withUseCases(({ createCustomer }) =>
        createCustomer.execute({ name, admin: { userId, name: adminName }, cause: byTheOperator }),
      );
      answer({ ...made });
    });
  program
    .command('member')
    .description('people of a customer')
    .command('add')
    .description('add a person to a customer, or give them another role')
    .requiredOption('--customer-id <uuid>', 'the customer', uuid)
    .requiredOption('--user-id <uuid>', 'user id of the person, from the identity provider', uuid)
    .addOption(new Option('--role <role>', 'what they may do').choices([...roles]).makeOptionMandatory())
    .option('--name <name>', 'name of the person', line(200))
    .action(async (options: { customerId: string; userId: string; role: Role; name?: string }) => {
      const member = await operations.withUseCases(({ addMember }) =>
        addMember.execute({ member: { ...options, name: options.name ?? null }, cause: byTheOperator }),
      );
      answer({ ...member });
    });
}

function addDeviceVerbs(program: Command, operations: CliOperations, answer: Answer): void {
  program
    .command('device')
    .description('devices')
    .command('provision')
    .description('add a device and print its activation code, once')
    .requiredOption('--customer-id <uuid>', 'the customer', uuid)
    .requiredOption('--name <name>', 'name of the device', line(200))
    .option('--device-id <id>', 'id of the device; made up when absent', deviceId)
    .option('--location <text>', 'where it stands', line(200))
    .option('--label <label...>', 'labels', label)
    .action(async (options: ProvisionOptions) => {
      const { customerId, name } = options;
      const { device, activationCode, expiresAt } = await operations.withUseCases(({ provisionDevice }) =>
        provisionDevice.execute({
          caller: {
            principal: { kind: 'cli', id: 'cli', name: 'cli', customerId, role: 'admin' },
            requestId: 'cli',
          },
          deviceId: options.deviceId ?? null,
          name,
          location: options.location ?? null,
          labels: options.label ?? [],
          operationId: null,
        }),
      );
      answer({ deviceId: device.id, activationCode, expiresAt: expiresAt.toISOString() });
    });
}

interface ProvisionOptions {
  readonly customerId: string;
  readonly name: string;
  readonly deviceId?: string;
  readonly location?: string;
  readonly label?: readonly string[];
}

function deviceId(value: string): string {
  if (deviceIdPattern.test(value)) return value;
  throw new InvalidArgumentError(
    '1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.',
  );
}
