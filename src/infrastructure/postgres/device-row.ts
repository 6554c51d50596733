import type { Device } from '../../domain/device/device.js';
import type { DeviceRow } from './postgres-tables.js';

export function deviceOf(row: DeviceRow): Device {
  return {
    id: row.id,
    customerId: row.customer_id,
    name: row.name,
    location: row.location,
    labels: row.labels,
    model: row.model,
    platform: row.platform,
    agentVersion: row.agent_version,
    lifecycle: row.lifecycle,
    credentialGeneration: row.credential_generation,
    tokenGeneration: row.token_generation,
    queuePause:
      row.queue_paused_at === null ? null : { since: row.queue_paused_at, reason: row.queue_pause_reason },
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at,
  };
}

export function deviceRowOf(device: Device): DeviceRow {
  return {
    id: device.id,
    customer_id: device.customerId,
    name: device.name,
    location: device.location,
    labels: [...device.labels],
    model: device.model,
    platform: device.platform,
    agent_version: device.agentVersion,
    lifecycle: device.lifecycle,
    credential_generation: device.credentialGeneration,
    token_generation: device.tokenGeneration,
    queue_paused_at: device.queuePause?.since ?? null,
    queue_pause_reason: device.queuePause?.reason ?? null,
    created_at: device.createdAt,
    last_sign_in_at: device.lastSignInAt,
  };
}
