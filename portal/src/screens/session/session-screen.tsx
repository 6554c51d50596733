import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Command, Session } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';
import { Moment } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { ActivityLine } from '../activity/activity-line.js';
import { CommandHistory } from '../command/command-history.js';
import { CommandList, useOpenRows } from '../command/command-list.js';
import { useCommandTypes } from '../command/command-types.js';
import { RunCommand } from '../command/run-command.js';
import { SessionState } from './session-state.js';
import { SessionTimeline } from './session-timeline.js';

/** A window of work on one device: what was proposed in it, and everything that happened, as it happens. */
export function SessionScreen({ sessionId }: { readonly sessionId: string }) {
  usePageTitle('Session');
  const { api, live } = useWorkplace();
  const session = useLoaded(sessionId, () =>
    api.call('get', '/api/v1/customer/sessions/{id}', { path: { id: sessionId } }),
  );
  useEffect(
    () => live.onEvent(({ subject }) => void (subject.id === sessionId && session.look())),
    [session, sessionId],
  );
  const given = session.value.value;
  return (
    <div class="space-y-5">
      <p>
        <Link href="/sessions" class="plain-link">
          Sessions
        </Link>
      </p>
      {session.error.value !== null && (
        <ProblemNotice error={session.error.value} retry={() => void session.look()} />
      )}
      {given !== null ? (
        <ThisSession session={given} loaded={session} />
      ) : (
        session.error.value === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={8} />
          </div>
        )
      )}
    </div>
  );
}

interface ThisSessionProps {
  readonly session: Session;
  readonly loaded: Loaded<unknown>;
}

function ThisSession({ session, loaded }: ThisSessionProps) {
  const { api, live, role } = useWorkplace();
  const history = useMemo(() => new CommandHistory(api, { sessionId: session.id }), [api, session.id]);
  const { types, titleOf } = useCommandTypes();
  const open = useOpenRows();
  useEffect(() => {
    void history.look();
    return history.listen(live);
  }, [history]);
  const proposed = (command: Command): void => {
    history.put(command);
    open.toggle(command.id, true);
  };
  const isActive = session.status === 'active';
  return (
    <>
      <div class="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div class="grow min-w-0 max-w-full">
          <h1 class="text-xl font-semibold">
            {session.type === 'diagnostic' ? 'Diagnostic session' : 'Remediation session'} on{' '}
            <Link href={`/devices/${encodeURIComponent(session.deviceId)}`} class="plain-link">
              {session.deviceId}
            </Link>
          </h1>
          <p class="flex flex-wrap gap-x-3">
            <SessionState session={session} />
            <span class="quiet">
              opened by <HarmlessText text={session.openedBy.name} /> <Moment at={session.createdAt} />
            </span>
            <span class="quiet">
              {isActive ? (
                <>
                  ends <Moment at={session.expiresAt} />
                </>
              ) : (
                session.closedAt !== null && (
                  <>
                    ended <Moment at={session.closedAt} />
                  </>
                )
              )}
            </span>
          </p>
          {session.description !== null && (
            <p class="max-w-prose">
              <HarmlessText text={session.description} />
            </p>
          )}
        </div>
        {isActive && mayActAs(role, 'operator') && <CloseSession session={session} loaded={loaded} />}
      </div>
      <div class="grid gap-5 xl:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        <div class="space-y-5 min-w-0">
          <section class="space-y-2" aria-labelledby="run">
            <h2 id="run" class="font-semibold">
              Run a command in this session
            </h2>
            <RunCommand
              types={types}
              hindrance={isActive ? null : 'This session is over. Open another one on the device.'}
              propose={(body, key) =>
                api.call('post', '/api/v1/customer/sessions/{id}/commands', {
                  path: { id: session.id },
                  body,
                  key,
                })
              }
              proposed={proposed}
            />
          </section>
          <section class="space-y-2" aria-labelledby="commands">
            <h2 id="commands" class="font-semibold">
              Commands
            </h2>
            <CommandList
              {...{ history, titleOf, open }}
              nothing="Nothing was proposed in this session yet."
            />
          </section>
        </div>
        <Timeline sessionId={session.id} />
      </div>
    </>
  );
}

function Timeline({ sessionId }: { readonly sessionId: string }) {
  const { api, live } = useWorkplace();
  const timeline = useMemo(() => new SessionTimeline(api, sessionId), [api, sessionId]);
  useEffect(() => {
    void timeline.look();
    return timeline.listen(live);
  }, [timeline]);
  const entries = timeline.entries.value;
  return (
    <section class="space-y-2 min-w-0" aria-labelledby="timeline">
      <h2 id="timeline" class="font-semibold">
        Timeline
      </h2>
      {timeline.error.value !== null && (
        <ProblemNotice error={timeline.error.value} retry={() => void timeline.look()} />
      )}
      {entries === null ? (
        timeline.error.value === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={4} class="h-9" />
          </div>
        )
      ) : (
        <ol class="panel divide-y divide-base-300" aria-label="What happened, the earliest first">
          {entries.map((entry) => (
            <ActivityLine key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  );
}

function CloseSession({ session, loaded }: ThisSessionProps) {
  const { api } = useWorkplace();
  const isAsking = useSignal(false);
  return (
    <>
      <button type="button" class="btn btn-sm" onClick={() => (isAsking.value = true)}>
        Close the session
      </button>
      {isAsking.value && (
        <ConfirmDialog
          title="Close this session?"
          verb="Close the session"
          close={() => (isAsking.value = false)}
          act={async () => {
            await api.call('post', '/api/v1/customer/sessions/{id}/close', { path: { id: session.id } });
            await loaded.look();
          }}
        >
          <p>Commands of it that have not begun are cancelled. What runs is left to run.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
