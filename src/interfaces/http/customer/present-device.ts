import { z } from 'zod';
import { deviceLifecycles } from '../../../domain/device/device-lifecycle.js';
import type { DeviceView } from '../../../domain/device/device-view.js';
import { connections } from '../../../domain/device/presence.js';
import { instant, optionalInstant } from '../time-fields.js';

export const deviceSchema = z
  .strictObject({
    id: z.string(),
    customerId: z.uuid(),
    name: z.string(),
    location: z.string().nullable(),
    labels: z.array(z.string()),
    model: z.string().nullable(),
    platform: z.string().nullable(),
    agentVersion: z.string().nullable(),
    lifecycle: z.enum(deviceLifecycles),
    connection: z.enum(connections),
    lastSeenAt: optionalInstant,
    createdAt: instant,
  })
  .meta({ id: 'Device', description: 'A machine in the field.' });

export const presentDevice = ({
  device,
  connection,
  lastSeenAt,
}: DeviceView): z.output<typeof deviceSchema> => ({
  id: device.id,
  customerId: device.customerId,
  name: device.name,
  location: device.location,
  labels: [...device.labels],
  model: device.model,
  platform: device.platform,
  agentVersion: device.agentVersion,
  lifecycle: device.lifecycle,
  connection,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
  createdAt: device.createdAt.toISOString(),
});
