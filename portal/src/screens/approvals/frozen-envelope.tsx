import { HarmlessText } from '../../parts/harmless-text.js';
import type { Loaded } from '../../parts/loaded.js';
import { Moment } from '../../parts/moment.js';
import type { EnvelopeLine } from './envelope-diff.js';
import { envelopeLines } from './envelope-diff.js';
import type { LastApproved } from './last-approved.js';

interface FrozenEnvelopeProps {
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly last: Loaded<LastApproved>;
}

/** Exactly what would run, and in what it differs from the last time that people approved such a command. */
export function FrozenEnvelope({ envelope, digest, last }: FrozenEnvelopeProps) {
  const before = last.value.value?.found?.envelope ?? null;
  const lines = envelopeLines(envelope, before);
  return (
    <div class="space-y-1">
      <h3 class="font-semibold">Exactly this would run</h3>
      <p class="quiet min-h-5">
        <Comparison envelope={envelope} last={last} lines={lines} />
      </p>
      <dl class="output max-h-none divide-y divide-base-300">
        {lines.map((line) => (
          <Line key={line.path} line={line} />
        ))}
      </dl>
      <p class="quiet text-sm [overflow-wrap:anywhere]">
        Digest <code class="select-all">{digest}</code>
      </p>
    </div>
  );
}

interface ComparisonProps extends Pick<FrozenEnvelopeProps, 'envelope' | 'last'> {
  readonly lines: readonly EnvelopeLine[];
}

function Comparison({ envelope, last, lines }: ComparisonProps) {
  if (last.value.value === null)
    return last.error.value === null ? null : <>What was approved before could not be looked up.</>;
  const { found } = last.value.value;
  if (found === null) return <>There is none of its kind that was approved before, to compare it with.</>;
  const changes = lines.filter(({ change }) => change !== 'same' && change !== null).length;
  const at = found.decisions.at(-1)?.at;
  return (
    <>
      {changes === 0
        ? 'The same as what was approved last'
        : `${String(changes)} ${changes === 1 ? 'line differs' : 'lines differ'} from what was approved last`}
      {found.deviceId === envelope['deviceId'] ? ' on this device' : ', on another device'}
      {at !== undefined && (
        <>
          {', '}
          <Moment at={at} />
        </>
      )}
      .
    </>
  );
}

const changeWords = { added: 'new', removed: 'no longer there', changed: 'differs' } as const;

function Line({ line: { path, now, before, change } }: { readonly line: EnvelopeLine }) {
  const isChange = change === 'added' || change === 'removed' || change === 'changed';
  return (
    <div
      class={`grid sm:grid-cols-[16rem_1fr] gap-x-4 py-0.5 px-1 ${isChange ? 'border-l-4 border-l-warning bg-base-100' : ''}`}
    >
      <dt class="quiet">
        <HarmlessText text={path} />
        {isChange && <span class="text-warning"> ({changeWords[change]})</span>}
      </dt>
      <dd>
        {isChange && before !== undefined && (
          <del class="quiet block">
            <HarmlessText text={before} />
          </del>
        )}
        {now !== undefined &&
          (isChange ? (
            <ins class="no-underline font-semibold">
              <HarmlessText text={now} />
            </ins>
          ) : (
            <HarmlessText text={now} />
          ))}
      </dd>
    </div>
  );
}
