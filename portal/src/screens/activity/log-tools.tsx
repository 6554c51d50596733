import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { useWorkplace } from '../../customer/workplace.js';
import { CopyButton } from '../../parts/copy-button.js';
import { download } from '../../parts/download.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { Link } from '../../place/link.js';
import type { ExportedLog } from './exported-log.js';
import { exportLog, verifyCommand } from './exported-log.js';

interface Verified {
  readonly ok: boolean;
  readonly entries: number;
  readonly brokenAt: number | null;
}

interface Exported {
  readonly name: string;
  readonly log: ExportedLog;
}

/** The gateway gives it up itself before. */
const verifyingMs = 120_000;

/** Checks the chain of the log, and takes the log home. */
export function LogTools() {
  const { api, customerId } = useWorkplace();
  const busy = useSignal<'verifying' | 'exporting' | null>(null);
  const said = useSignal<ComponentChildren>(null);
  const error = useSignal<unknown>(null);
  const count = useSignal(0);
  // What is asked for and not wanted any more: by the button, or since the screen was left.
  const isOver = useRef(false);
  useEffect(() => () => void (isOver.current = true), []);
  const run = async (what: 'verifying' | 'exporting', act: () => Promise<ComponentChildren>) => {
    [busy.value, said.value, error.value, count.value] = [what, null, null, 0];
    isOver.current = false;
    try {
      said.value = await act();
    } catch (refused) {
      error.value = refused;
    } finally {
      busy.value = null;
    }
  };
  const verify = async () => (
    <VerifiedWords
      verified={await api.call('get', '/api/v1/customer/activity/verify', { patienceMs: verifyingMs })}
    />
  );
  const take = async () => {
    const told = (entries: number): void => void (count.value = entries);
    const log = await exportLog(api, { customerId, told, isOver: () => isOver.current });
    if (log === null) return null;
    const name = `fieldgate-activity-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`;
    download(name, log.parts);
    return <ExportedWords exported={{ name, log }} />;
  };
  return (
    <>
      <div class="flex flex-wrap gap-2">
        <button
          type="button"
          class="btn btn-sm"
          disabled={busy.value !== null}
          onClick={() => void run('verifying', verify)}
        >
          Verify the chain
        </button>
        {busy.value === 'exporting' ? (
          <button type="button" class="btn btn-sm" onClick={() => (isOver.current = true)}>
            Stop the export
          </button>
        ) : (
          <button
            type="button"
            class="btn btn-sm"
            disabled={busy.value !== null}
            onClick={() => void run('exporting', take)}
          >
            Export
          </button>
        )}
      </div>
      <div role="status" class="basis-full empty:hidden">
        {busy.value === 'verifying' && <p class="panel p-3">Recomputing the hash of every entry…</p>}
        {busy.value === 'exporting' && (
          <p class="panel p-3 tabular-nums">{`Reading the log: ${count.value} entries so far…`}</p>
        )}
        {said.value}
      </div>
      {error.value !== null && (
        <div class="basis-full">
          <ProblemNotice error={error.value} />
        </div>
      )}
    </>
  );
}

function VerifiedWords({ verified: { ok, entries, brokenAt } }: { readonly verified: Verified }) {
  if (ok) {
    return (
      <p class="panel border-l-4 border-l-success p-3">
        <strong class="text-success">The chain holds.</strong>{' '}
        {entries === 1 ? 'The one entry stands' : `All ${entries} entries stand`} as they were written, and
        none is missing.
      </p>
    );
  }
  const place = brokenAt ?? 1;
  return (
    <div class="panel border-l-4 border-l-error p-3 space-y-1">
      <p>
        <strong class="text-error">{`The chain is broken at entry ${place}.`}</strong> It was changed or
        removed, or another was put in its place. What stands before it holds; what stands after it cannot be
        relied on.
      </p>
      <p>
        <Link href={`/activity?from=${Math.max(1, place - 3)}`} class="plain-link">
          Show that place
        </Link>
        , export the log as evidence, and tell whoever runs this gateway.
      </p>
    </div>
  );
}

function ExportedWords({ exported: { name, log } }: { readonly exported: Exported }) {
  const command = verifyCommand(name, log);
  return (
    <div class="panel p-3 space-y-2">
      <p>
        {`${log.entries} ${log.entries === 1 ? 'entry was' : 'entries were'} written to `}
        <code class="select-all [overflow-wrap:anywhere]">{name}</code>. Whoever has the file can check it
        without this gateway:
      </p>
      <pre class="output" tabIndex={0} role="region" aria-label="Command that verifies the export">
        {command}
      </pre>
      <CopyButton text={command} what="the command" />
    </div>
  );
}
