import { useSignal } from '@preact/signals';
import type { Command, Session } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';

interface CloseSessionProps {
  readonly session: Session;
  readonly commands: readonly Command[];
  readonly titleOf: (type: string) => string;
  readonly closed: (session: Session) => void;
}

/** Ends the session, after it was said what ends with it. */
export function CloseSession({ session, commands, titleOf, closed }: CloseSessionProps) {
  const { api } = useWorkplace();
  const isAsking = useSignal(false);
  const notBegun = commands.filter(({ state }) => state === 'awaiting_approval' || state === 'queued');
  const running = commands.filter(({ state }) => state === 'claimed');
  return (
    <>
      <button type="button" class="btn btn-sm" onClick={() => (isAsking.value = true)}>
        Close the session
      </button>
      {isAsking.value && (
        <ConfirmDialog
          title="Close this session?"
          verb="Close the session"
          isGrave={notBegun.length > 0}
          close={() => (isAsking.value = false)}
          act={async () => {
            const path = { id: session.id };
            closed(await api.call('post', '/api/v1/customer/sessions/{id}/close', { path }));
          }}
        >
          {notBegun.length === 0 ? (
            <p>Nothing waits in it: nothing is called off.</p>
          ) : (
            <>
              <p>This has not begun, and is called off:</p>
              <List commands={notBegun} titleOf={titleOf} />
            </>
          )}
          {running.length > 0 && (
            <>
              <p>This runs on to its end, and is not begun again:</p>
              <List commands={running} titleOf={titleOf} />
            </>
          )}
          <p class="quiet">Its timeline stays. Another session can be opened on the device.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function List({ commands, titleOf }: Pick<CloseSessionProps, 'commands' | 'titleOf'>) {
  return (
    <ul class="list-disc pl-5">
      {commands.map(({ id, type, state }) => (
        <li key={id}>
          <HarmlessText text={titleOf(type)} />
          {state === 'awaiting_approval' && <span class="quiet"> (awaits approval)</span>}
        </li>
      ))}
    </ul>
  );
}
