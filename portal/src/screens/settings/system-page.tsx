import type { ComponentChildren } from 'preact';
import { useWorkplace } from '../../customer/workplace.js';
import { useLoaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { durationWords } from '../../parts/time-words.js';
import { WaitingRows } from '../../parts/waiting.js';

const served = [
  ['database', 'Database', 'What is written down'],
  ['dispatch', 'Dispatch', 'What hands out commands'],
  ['identity', 'Identity', 'What knows people'],
] as const;

/** The gateway that answers this browser. */
export function SystemPage() {
  const { api } = useWorkplace();
  const info = useLoaded('system', () => api.call('get', '/api/v1/customer/system/info', {}));
  const system = info.value.value;
  const error = info.error.value;
  return (
    <>
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 class="text-lg font-semibold grow">System</h2>
        <button type="button" class="btn btn-sm" onClick={() => void info.look()}>
          Look again
        </button>
      </div>
      {error !== null && <ProblemNotice error={error} retry={() => void info.look()} />}
      {system === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={6} class="h-11" />
        </div>
      )}
      {system !== null && (
        <dl class="panel divide-y divide-base-300">
          <Row name="Version">
            <code class="select-all">{system.version}</code>
          </Row>
          <Row name="Build">
            {system.build === null ? 'not noted' : <code class="select-all">{system.build}</code>}
          </Row>
          <Row name="Up for">{durationWords(system.uptimeMs)}</Row>
          {served.map(([part, name, meaning]) => (
            <Row key={part} name={name} hint={meaning}>
              {system.dependencies[part] === 'ok' ? (
                <span class="text-success font-medium">
                  <span aria-hidden="true">●</span> Works
                </span>
              ) : (
                <span class="text-error font-medium">
                  <span aria-hidden="true">○</span> Does not answer
                </span>
              )}
              <span class="quiet"> · {system.adapters[part]}</span>
            </Row>
          ))}
        </dl>
      )}
    </>
  );
}

interface RowProps {
  readonly name: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

function Row({ name, hint, children }: RowProps) {
  return (
    <div class="px-4 py-2.5 grid grid-cols-[7rem_1fr] gap-x-4">
      <dt class="quiet" {...(hint !== undefined && { title: hint })}>
        {name}
      </dt>
      <dd class="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
