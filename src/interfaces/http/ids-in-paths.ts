import { z } from 'zod';
import { commandFaults } from '../../domain/command/command-faults.js';
import { deviceIdPattern } from '../../domain/device/device.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (value: string): boolean => uuidPattern.test(value);

export const idParams = z.strictObject({ id: z.string() });

/** A command id as a device names it. What cannot be one is no command. */
export function commandIdForDevice(id: string): string {
  if (!isUuid(id)) throw commandFaults.command_not_found();
  return id.toLowerCase();
}

/** A command id as a person names it. */
export function commandIdForPerson(id: string): string {
  if (!isUuid(id)) throw generalFaults.not_found('There is no such command.');
  return id.toLowerCase();
}

/** A session id as a person names it. */
export function sessionIdForPerson(id: string): string {
  if (!isUuid(id)) throw generalFaults.not_found('There is no such session.');
  return id.toLowerCase();
}

/** The id of a standing grant as a person names it. */
export function standingGrantIdForPerson(id: string): string {
  if (!isUuid(id)) throw generalFaults.not_found('There is no such standing grant.');
  return id.toLowerCase();
}

/** A device id as a person names it. */
export function deviceIdForPerson(id: string): string {
  if (!deviceIdPattern.test(id)) throw generalFaults.not_found('There is no such device.');
  return id;
}

export const userParams = z.strictObject({ userId: z.string() });

/** A user id as a person names it. */
export function userIdForPerson(id: string): string {
  if (!isUuid(id)) throw generalFaults.not_found('There is no such member.');
  return id.toLowerCase();
}

/** The id of an API key, and never the key itself, as a person names it. */
export function apiKeyIdForPerson(id: string): string {
  if (!isUuid(id)) throw generalFaults.not_found('There is no such API key.');
  return id.toLowerCase();
}
