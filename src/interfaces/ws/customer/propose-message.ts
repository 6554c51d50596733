import { z } from 'zod';
import type { Caller } from '../../../domain/customer/caller.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { createUnderKey, idempotencyKeyOf } from '../../http/creation-under-key.js';
import type { commandSchema } from '../../http/customer/command-schema.js';
import { presentCommand } from '../../http/customer/present-command.js';
import { proposalBody, proposalRequest } from '../../http/customer/proposal-schema.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { deviceIdForPerson, sessionIdForPerson } from '../../http/ids-in-paths.js';

export const proposalMessage = z.strictObject({
  deviceId: z.string().max(64).optional().describe('Either this or `sessionId`.'),
  sessionId: z.string().max(64).optional(),
  command: proposalBody,
  idempotencyKey: z.string().min(1).max(130).optional(),
});

type Proposal = z.output<typeof proposalMessage>;
type Presented = z.output<typeof commandSchema>;

/** Proposes as the two routes do: who repeats a key over the other way gets the same command. */
export async function propose(
  options: HttpServerOptions,
  caller: Caller,
  { deviceId, sessionId, command: body, idempotencyKey: given }: Proposal,
): Promise<Presented> {
  const { place, id, create } = targetOf(options, caller, { deviceId, sessionId, body });
  if (given === undefined) return create(options.ids.uuid());
  const key = idempotencyKeyOf(given);
  if (key === null) throw wrong('idempotencyKey', 'must be 1 to 128 printable ASCII characters');
  const { answer } = await createUnderKey(options, {
    key,
    caller,
    method: 'POST',
    route: `/api/v1/customer/${place}/:id/commands`,
    path: `/api/v1/customer/${place}/${id}/commands`,
    body,
    log: options.logger,
    create,
  });
  return answer;
}

function targetOf(
  { customer, clock }: HttpServerOptions,
  caller: Caller,
  {
    deviceId,
    sessionId,
    body,
  }: { deviceId: string | undefined; sessionId: string | undefined; body: Proposal['command'] },
): { place: string; id: string; create: (commandId: string) => Promise<Presented> } {
  const input = (commandId: string) => ({ ...proposalRequest(body, clock.now()), caller, commandId });
  if (deviceId !== undefined && sessionId === undefined) {
    const target = { deviceId: deviceIdForPerson(deviceId) };
    return {
      place: 'devices',
      id: deviceId,
      create: async (id) =>
        presentCommand(await customer.proposeCommand.execute({ ...input(id), ...target })),
    };
  }
  if (sessionId !== undefined && deviceId === undefined) {
    const target = { sessionId: sessionIdForPerson(sessionId) };
    return {
      place: 'sessions',
      id: sessionId,
      create: async (id) =>
        presentCommand(await customer.proposeInSession.execute({ ...input(id), ...target })),
    };
  }
  throw wrong('deviceId', 'either a device or a session is needed');
}

const wrong = (path: string, message: string) =>
  generalFaults.invalid_request(undefined, { errors: [{ path, message }] });
