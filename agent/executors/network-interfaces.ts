import { readFile } from 'node:fs/promises';
import { networkInterfaces as readInterfaces } from 'node:os';
import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { succeeded } from '../outcome.js';

export const networkInterfaces = defineExecutor('network_interfaces', z.strictObject({}), async () => {
  const interfaces = await Promise.all(
    Object.entries(readInterfaces()).map(async ([name, addresses = []]) => ({
      name,
      state: await attribute(name, 'operstate'),
      mtu: numberOf(await attribute(name, 'mtu')),
      mac: addresses[0]?.mac ?? null,
      internal: addresses[0]?.internal ?? false,
      addresses: addresses.map(({ address, family, cidr }) => ({ address, family, cidr })),
    })),
  );
  const lines = interfaces.map(
    ({ name, state, mac, addresses }) =>
      `${name} ${state ?? 'unknown'} ${mac ?? ''} ${addresses.map(({ cidr, address }) => cidr ?? address).join(' ')}`,
  );
  return succeeded({ output: lines.join('\n'), data: { interfaces } });
});

// An alias such as `eth0:1` has no folder of its own.
async function attribute(name: string, what: string): Promise<string | null> {
  if (!/^[\w.-]+$/.test(name)) return null;
  return await readFile(`/sys/class/net/${name}/${what}`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
