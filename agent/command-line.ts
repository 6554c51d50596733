import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { LogLevel } from './agent-log.js';
import { logLevels } from './agent-log.js';
import { agentVersion } from './agent-version.js';
import { transports } from './gateway-link.js';
import type { Transport } from './gateway-link.js';

/** What the operator asked for, checked; files are not read yet. */
export interface CommandLine {
  readonly url: URL;
  readonly deviceId: string;
  readonly activationCode: string | null;
  readonly dataDir: string;
  readonly config: string | null;
  readonly name: string | null;
  readonly capacity: number;
  readonly transport: Transport;
  readonly logLevel: LogLevel;
  readonly json: boolean;
}

const help = `
Every option may be given by its environment variable instead; keep the activation code there, because other
users of a machine can read command lines.

The agent looks, but changes nothing, unless the allow-list in --config permits it:
  {
    "services": ["nginx"],                 units that restart_service may restart
    "reboot": true,
    "flushDnsCache": true,
    "renewDhcpLease": true,
    "scripts": { "tidy": { "path": "/usr/local/lib/fieldgate/tidy", "args": false } },
    "logFiles": ["/var/log/syslog"],       files that log_tail may read
    "logUnits": ["nginx"]                  units whose journal log_tail may read
  }

Exit codes: 0 stopped, 1 crashed, 77 refused by the gateway for good, 78 bad configuration.
`;

const settings = z.object({
  url: z.instanceof(URL),
  deviceId: z.string(),
  activationCode: z.string().optional(),
  dataDir: z.string().optional(),
  config: z.string().optional(),
  name: z.string().optional(),
  capacity: z.number(),
  transport: z.enum(transports),
  logLevel: z.enum(logLevels),
  json: z.boolean().default(false),
});

/** Throws commander's CommanderError, after having said what is wrong, for bad usage, --help and --version. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const program = new Command('fieldgate-agent')
    .description('Connects this machine to a Fieldgate gateway and does the commands that people allowed.')
    .version(agentVersion, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .addOption(required('--url <url>', 'address of the gateway', 'FIELDGATE_URL').argParser(parseUrl))
    .addOption(
      required('--device-id <id>', 'id of this device', 'FIELDGATE_DEVICE_ID').argParser(parseDeviceId),
    )
    .addOption(
      option(
        '--activation-code <code>',
        'one-time code, for the first start only',
        'FIELDGATE_ACTIVATION_CODE',
      ),
    )
    .addOption(
      option(
        '--data-dir <dir>',
        'identity and journal (default: ./.fieldgate-agent/<device-id>)',
        'FIELDGATE_DATA_DIR',
      ),
    )
    .addOption(option('--config <file>', 'allow-list of this device, JSON', 'FIELDGATE_CONFIG'))
    .addOption(
      option(
        '--name <name>',
        'new name of the device (default: the one it was provisioned with)',
        'FIELDGATE_NAME',
      ),
    )
    .addOption(
      option('--capacity <n>', 'commands at the same time, 1 to 10', 'FIELDGATE_CAPACITY')
        .default(1, '1: strictly in order')
        .argParser(parseCapacity),
    )
    .addOption(
      option(
        '--transport <way>',
        'how commands come: a socket where there is one, or always polls',
        'FIELDGATE_TRANSPORT',
      )
        .choices([...transports])
        .default('auto'),
    )
    .addOption(
      option('--log-level <level>', 'how much to say', 'FIELDGATE_LOG_LEVEL')
        .choices([...logLevels])
        .default('info'),
    )
    .addOption(option('--json', 'log JSON lines', 'FIELDGATE_JSON'))
    .addHelpText('after', help)
    .allowExcessArguments(false)
    .exitOverride();
  const given = settings.parse(program.parse(argv, { from: 'user' }).opts());
  return {
    ...given,
    activationCode: textOrNull(given.activationCode),
    config: textOrNull(given.config),
    name: textOrNull(given.name),
    dataDir: textOrNull(given.dataDir) ?? join('.fieldgate-agent', given.deviceId),
  };
}

// A variable that is set to nothing (as service files like to do) is a variable that is not set.
function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function option(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable);
}

function required(flags: string, description: string, variable: string): Option {
  return option(flags, description, variable).makeOptionMandatory();
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https address.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('It must hold no user, password, query or fragment.');
  }
  return url;
}

// It names a directory, so it must not lead out of the one where it belongs.
function parseDeviceId(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new InvalidArgumentError('It has 1 to 64 letters, digits, dots, dashes and underscores.');
  }
  return text;
}

function parseCapacity(text: string): number {
  const capacity = Number(text);
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 10) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 10.');
  }
  return capacity;
}
