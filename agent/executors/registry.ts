import type { Executor } from '../executor.js';
import { diskUsage } from './disk-usage.js';
import { dnsLookup } from './dns-lookup.js';
import { flushDnsCache } from './flush-dns-cache.js';
import { httpCheck } from './http-check.js';
import { logTail } from './log-tail.js';
import { networkInterfaces } from './network-interfaces.js';
import { ping } from './ping.js';
import { processList } from './process-list.js';
import { reboot } from './reboot.js';
import { renewDhcpLease } from './renew-dhcp-lease.js';
import { restartService } from './restart-service.js';
import { routes } from './routes.js';
import { runScript } from './run-script.js';
import { systemInfo } from './system-info.js';
import { tcpCheck } from './tcp-check.js';
import { traceroute } from './traceroute.js';

/** Everything that this agent knows how to do. */
export const executors: readonly Executor[] = [
  ...[ping, traceroute, dnsLookup, httpCheck, tcpCheck],
  ...[networkInterfaces, routes, systemInfo, diskUsage, processList, logTail],
  ...[restartService, flushDnsCache, renewDhcpLease],
  ...[reboot, runScript],
];

const byType = new Map(executors.map((executor) => [executor.type, executor]));

export function findExecutor(type: string): Executor | null {
  return byType.get(type) ?? null;
}
