import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PendingApproval } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { useAnotherLook } from '../../parts/another-look.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { useLoaded } from '../../parts/loaded.js';
import { lookOf } from '../command/command-words.js';

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
  const { commandId } = pending;
  const isPast = approvals.past.value.has(commandId);
  useEffect(() => approvals.hold(commandId), [approvals, commandId]);
  const decide = async (): Promise<void> => {
    const why = reason.value.trim();
    await api.call('post', '/api/v1/customer/approvals/{commandId}/decision', {
      path: { commandId },
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
      past={isPast ? <HowItStands commandId={commandId} /> : null}
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

/** It waits no more: by whose word, and what became of it. */
function HowItStands({ commandId: id }: { readonly commandId: string }) {
  const { api } = useWorkplace();
  const found = useLoaded(id, () => api.call('get', '/api/v1/customer/commands/{id}', { path: { id } }));
  useAnotherLook(found.error.value, () => void found.look());
  const command = found.value.value;
  return (
    <>
      <p class="font-semibold">This does not wait for a decision any more.</p>
      {command !== null && (
        <p>
          {`It stands as: ${lookOf(command.state).word.toLowerCase()}.`}
          {command.approval?.decisions.map(({ by, approved }) => (
            <span key={by.id}>
              {' '}
              <HarmlessText text={by.name} /> {approved ? 'approved it.' : 'denied it.'}
            </span>
          ))}
        </p>
      )}
    </>
  );
}
