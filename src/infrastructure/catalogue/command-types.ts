import { z } from 'zod';
import type { CommandType, Risk } from '../../domain/command/command-type.js';
import {
  absolutePath,
  host,
  interfaceName,
  ipAddress,
  port,
  serviceName,
  timeoutMs,
  webUrl,
} from './parameter-shapes.js';

export interface CatalogueEntry extends Omit<CommandType, 'parametersSchema'> {
  readonly parameters: z.ZodObject;
}

const hourMs = 3_600_000;

/** What each risk brings along. Attempts of a destructive command only count what the device gave back unstarted. */
const classes = {
  read: { deliveryClass: 'at_least_once', maxAttempts: 5 },
  change: { deliveryClass: 'at_least_once', maxAttempts: 3 },
  destructive: { deliveryClass: 'at_most_once', maxAttempts: 3 },
} as const satisfies Record<Risk, Pick<CommandType, 'deliveryClass'> & { maxAttempts: number }>;

function entry(
  type: string,
  risk: Risk,
  title: string,
  description: string,
  shape: z.ZodRawShape = {},
): CatalogueEntry {
  const { deliveryClass, maxAttempts } = classes[risk];
  return {
    type,
    version: 1,
    title,
    description,
    risk,
    deliveryClass,
    defaults: { expiresInMs: hourMs, visibilityTimeoutMs: 60_000, maxAttempts },
    parameters: z.strictObject(shape),
  };
}

export const commandTypes: readonly CatalogueEntry[] = [
  entry('ping', 'read', 'Ping a host', 'Sends ICMP echo requests and reports loss and round-trip times.', {
    host,
    count: z.int().min(1).max(20).optional(),
    timeoutMs: timeoutMs.optional(),
  }),
  entry('traceroute', 'read', 'Trace the route to a host', 'Lists the hops on the way to a host.', {
    host,
    maxHops: z.int().min(1).max(64).optional(),
    timeoutMs: timeoutMs.optional(),
  }),
  entry('dns_lookup', 'read', 'Look up a name', 'Asks the DNS for records of one type.', {
    name: host,
    recordType: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SRV', 'PTR', 'SOA']).optional(),
    server: ipAddress.optional(),
  }),
  entry(
    'http_check',
    'read',
    'Check a web address',
    'Requests a web address and reports status and timing.',
    {
      url: webUrl,
      method: z.enum(['GET', 'HEAD']).optional(),
      expectStatus: z.int().min(100).max(599).optional(),
      timeoutMs: timeoutMs.optional(),
    },
  ),
  entry('tcp_check', 'read', 'Check a TCP port', 'Opens a TCP connection and closes it again.', {
    host,
    port,
    timeoutMs: timeoutMs.optional(),
  }),
  entry(
    'network_interfaces',
    'read',
    'List network interfaces',
    'Names, addresses and state of the interfaces.',
  ),
  entry('routes', 'read', 'Show the routing table', 'The routes that the kernel uses.'),
  entry(
    'system_info',
    'read',
    'Describe the system',
    'Operating system, kernel, processor, memory and uptime.',
  ),
  entry('disk_usage', 'read', 'Show disk usage', 'Size and free space of the file systems, or of one path.', {
    path: absolutePath.optional(),
  }),
  entry('process_list', 'read', 'List processes', 'The processes that use most of the processor or memory.', {
    sortBy: z.enum(['cpu', 'memory']).optional(),
    limit: z.int().min(1).max(200).optional(),
  }),
  entry(
    'log_tail',
    'read',
    'Read the end of a log',
    'The last lines of a log file or of a unit that the device permits.',
    {
      source: z.union([absolutePath, serviceName]),
      lines: z.int().min(1).max(1_000).optional(),
    },
  ),
  entry('restart_service', 'change', 'Restart a service', 'Restarts a service that the device permits.', {
    service: serviceName,
  }),
  entry('flush_dns_cache', 'change', 'Flush the DNS cache', 'Empties the cache of the local resolver.'),
  entry(
    'renew_dhcp_lease',
    'change',
    'Renew the DHCP lease',
    'Asks for a new lease; the address may change.',
    {
      interface: interfaceName.optional(),
    },
  ),
  entry('reboot', 'destructive', 'Reboot the device', 'Restarts the whole machine.', {
    delaySeconds: z.int().min(0).max(3_600).optional(),
  }),
  entry('run_script', 'destructive', 'Run a script', 'Runs a script that the device permits, by its name.', {
    script: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    args: z
      .array(
        z
          .string()
          .max(256)
          .regex(/^[^\p{Cc}]*$/u),
      )
      .max(20)
      .optional(),
  }),
];
