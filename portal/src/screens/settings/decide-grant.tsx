import { useSignal } from '@preact/signals';
import type { StandingGrant } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessOutput, HarmlessText } from '../../parts/harmless-text.js';
import { TextField } from '../../parts/text-field.js';

interface DecideGrantProps {
  readonly approved: boolean;
  readonly grant: StandingGrant;
  readonly title: string;
  readonly close: () => void;
  readonly changed: () => void;
}

/** The vote on a standing grant, for the very envelope that is shown. */
export function DecideGrant({ approved, grant, title, close, changed }: DecideGrantProps) {
  const { api } = useWorkplace();
  const reason = useSignal('');
  const decide = async (): Promise<void> => {
    const why = reason.value.trim();
    await api.call('post', '/api/v1/customer/standing-grants/{id}/decision', {
      path: { id: grant.id },
      body: { approved, digest: grant.approval.digest, reason: why === '' ? null : why },
    });
    changed();
  };
  return (
    <ConfirmDialog
      title={approved ? 'Approve this standing grant?' : 'Deny this standing grant?'}
      verb={approved ? 'Approve' : 'Deny'}
      isGrave={!approved}
      act={decide}
      close={close}
    >
      <p class="font-semibold">
        <HarmlessText text={title} />
      </p>
      {approved && (
        <p class="quiet">{`Up to ${grant.maxUses} commands run by it, without anybody being asked again.`}</p>
      )}
      <HarmlessOutput text={JSON.stringify(grant.envelope, null, 2)} label="Exactly what is decided on" />
      <TextField
        text={reason}
        label="Reason"
        optional
        maxLength={1_000}
        hint="Needed where the policy asks for one."
      />
    </ConfirmDialog>
  );
}
