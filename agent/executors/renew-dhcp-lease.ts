import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { failed, notAllowed, succeeded, toolMissing } from '../outcome.js';
import { runFirstTool } from './first-tool.js';
import { readRoutes } from './route-table.js';

const parameters = z.strictObject({
  interface: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/, 'must be the name of a network interface')
    .optional(),
});

/**
 * Asks for a new lease without giving the old one up first: the device must not cut off the way by which its
 * answer leaves. Without a name, the interface of the default route.
 */
export const renewDhcpLease = defineExecutor('renew_dhcp_lease', parameters, async (given, context) => {
  if (!context.allowList.renewDhcpLease) {
    return notAllowed('The operator of this device does not allow to renew its DHCP lease.');
  }
  const name = given.interface ?? (await defaultInterface());
  if (name === null) return failed('no_default_route', 'There is no default route, so name an interface.');
  if (!Object.hasOwn(networkInterfaces(), name)) {
    return failed('interface_not_found', `There is no interface ${name} with an address.`);
  }
  const run = await runFirstTool(
    [
      { name: 'networkctl', args: ['renew', name] },
      { name: 'nmcli', args: ['device', 'reapply', name] },
      { name: 'dhcpcd', args: ['--rebind', name] },
    ],
    context,
  );
  if (run === null) return toolMissing('This device has no DHCP client that the agent knows.');
  if (run.outcome !== null) return run.outcome;
  return succeeded({ output: run.output, data: { interface: name, tool: run.tool } });
});

async function defaultInterface(): Promise<string | null> {
  const table = (await readRoutes()) ?? [];
  const defaults = table.filter(({ destination }) => destination === '0.0.0.0/0' || destination === '::/0');
  const [first] = defaults.sort((a, b) => a.metric - b.metric);
  return first?.interface ?? null;
}
