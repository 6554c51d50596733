import { z } from 'zod';
import { defineExecutor } from '../executor.js';
import { succeeded, toolMissing } from '../outcome.js';
import { readRoutes } from './route-table.js';

export const routes = defineExecutor('routes', z.strictObject({}), async () => {
  const table = await readRoutes();
  if (table === null) return toolMissing('This device does not show its routes.');
  const lines = table.map(({ destination, gateway, metric, interface: name }) => {
    const via = gateway === null ? '' : ` via ${gateway}`;
    return `${destination}${via} dev ${name} metric ${metric}`;
  });
  return succeeded({ output: lines.join('\n'), data: { routes: table } });
});
