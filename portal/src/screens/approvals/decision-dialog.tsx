import { useSignal } from '@preact/signals';
import type { PendingApproval } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';

interface DecisionDialogProps {
  readonly approved: boolean;
  readonly pending: PendingApproval;
  readonly title: string;
  readonly deviceName: string;
  readonly close: () => void;
}

/** The vote, with its reason, for the very envelope that was shown. */
export function DecisionDialog({ approved, pending, title, deviceName, close }: DecisionDialogProps) {
  const { api, approvals } = useWorkplace();
  const reason = useSignal('');
  const decide = async (): Promise<void> => {
    const why = reason.value.trim();
    await api.call('post', '/api/v1/customer/approvals/{commandId}/decision', {
      path: { commandId: pending.commandId },
      // Of what was shown: should something else wait by now, the vote is refused.
      body: { approved, digest: pending.digest, reason: why === '' ? null : why },
    });
    void approvals.look();
  };
  return (
    <ConfirmDialog
      title={approved ? 'Approve this command?' : 'Deny this command?'}
      verb={approved ? 'Approve' : 'Deny'}
      isGrave={!approved}
      act={decide}
      close={close}
    >
      <p>
        <HarmlessText text={title} /> on <HarmlessText text={deviceName} />
      </p>
      <p class="quiet">
        {approved
          ? pending.missing > 1
            ? 'It runs when the other approvals are there too.'
            : 'It runs as soon as the device takes it.'
          : 'It never runs. Whoever still wants it has to propose it again.'}
      </p>
      <label class="block space-y-1">
        <span>
          Reason <span class="quiet">(optional, unless the policy asks for one)</span>
        </span>
        <textarea
          class="textarea w-full"
          rows={2}
          maxLength={1_000}
          value={reason.value}
          onInput={({ currentTarget }) => (reason.value = currentTarget.value)}
        />
      </label>
    </ConfirmDialog>
  );
}
