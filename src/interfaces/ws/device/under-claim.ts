import type { DeviceWrite } from '../../../application/command/device-write.js';
import { Fault } from '../../../domain/shared/fault.js';
import { commandIdForDevice } from '../../http/ids-in-paths.js';
import type { Call } from '../message-rule.js';
import type { DevicePeer } from './device-peer.js';

/** How a message names a claim. */
type NamedClaim = Pick<DeviceWrite, 'commandId' | 'claimToken'>;

/** The refusals that say that the claim is over, or never was. */
const overs: ReadonlySet<string> = new Set([
  'command_not_found',
  'claim_superseded',
  'command_finished',
  'result_conflict',
  'outcome_unknown',
]);

/** A write under a claim. Where it is refused because the claim is over, there is room for another command. */
export async function underClaim<Answer>(
  peer: DevicePeer,
  named: NamedClaim,
  call: Call,
  work: (write: DeviceWrite) => Promise<Answer>,
): Promise<Answer> {
  const { caller } = await peer.admit(call);
  const { claimToken } = named;
  const commandId = commandIdForDevice(named.commandId);
  try {
    return await work({ caller, commandId, claimToken });
  } catch (error) {
    if (error instanceof Fault && overs.has(error.code)) peer.push.ended(commandId, claimToken);
    throw error;
  }
}

/** A write that gives the claim another lease. */
export const keepClaim = <Answer extends { readonly visibleForMs: number }>(
  peer: DevicePeer,
  named: NamedClaim,
  call: Call,
  work: (write: DeviceWrite) => Promise<Answer>,
): Promise<Answer> =>
  underClaim(peer, named, call, async (write) => {
    const answer = await work(write);
    peer.push.extended(write.commandId, write.claimToken, answer.visibleForMs);
    return answer;
  });

/** A write that ends the claim. */
export const endClaim = <Answer>(
  peer: DevicePeer,
  named: NamedClaim,
  call: Call,
  work: (write: DeviceWrite) => Promise<Answer>,
): Promise<Answer> =>
  underClaim(peer, named, call, async (write) => {
    const answer = await work(write);
    peer.push.ended(write.commandId, write.claimToken);
    return answer;
  });
