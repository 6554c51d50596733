import { standingApprovers } from '../../domain/approval/standing-grant.js';
import { votersOf } from '../../domain/approval/vote.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { factsForGrant } from '../../domain/command/proposal.js';
import type { Device } from '../../domain/device/device.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { Transaction } from '../ports/unit-of-work.js';

/**
 * The draft as the oldest standing grant that fits lets it run, which is used once more; without one, the draft as it
 * is, to wait. The caller holds the device's lock. A use is one with the transaction: what is not recorded was not used.
 */
export async function underStandingGrant(
  { standingGrants, roles, now }: Transaction,
  signer: GrantSigner,
  draft: NewCommand,
  device: Device | null,
): Promise<NewCommand> {
  const considered = { ...draft, standingConsidered: true };
  const { approval, customerId } = draft;
  if (approval === null || device === null) return considered;
  for (const standing of await standingGrants.lockActive(customerId, draft.type.type)) {
    const live = await roles.lock(customerId, votersOf(standing.approval));
    const approvers = standingApprovers(standing, draft, device, live, now);
    if (approvers === null) continue;
    await standingGrants.save({ ...standing, uses: standing.uses + 1 });
    const grant = await signer.sign({
      commandId: draft.id,
      deviceId: draft.deviceId,
      digest: approval.digest,
      approvers,
      basis: 'standing_grant',
      standingGrantId: standing.id,
      facts: factsForGrant(approval.envelope),
      notAfter: draft.expiresAt,
    });
    return { ...considered, approval: null, grant, allowedBy: { kind: 'standing_grant', id: standing.id } };
  }
  return considered;
}
