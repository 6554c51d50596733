import type { Command } from '../../api/things.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import type { EnvelopeLine } from './envelope-diff.js';
import { envelopeLines } from './envelope-diff.js';

interface FrozenEnvelopeProps {
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly digest: string;
  /** Null: there is none, or it is still looked for. */
  readonly last: Command | null;
  readonly isSearching: boolean;
}

/** Exactly what would run, and in what it differs from the last time that people approved such a command. */
export function FrozenEnvelope({ envelope, digest, last, isSearching }: FrozenEnvelopeProps) {
  const lines = envelopeLines(envelope, last);
  const changes = lines.filter(({ change }) => change !== 'same' && change !== 'unknown').length;
  return (
    <div class="space-y-1">
      <h3 class="font-semibold">Exactly this would run</h3>
      <p class="quiet min-h-5">
        {last !== null && (
          <>
            {changes === 0
              ? 'The same as what was approved last'
              : `${String(changes)} ${changes === 1 ? 'line differs' : 'lines differ'} from what was approved last`}{' '}
            (<Moment at={last.createdAt} />
            {last.deviceId === envelope['deviceId'] ? ', on this device' : ', on another device'}).
          </>
        )}
        {last === null &&
          !isSearching &&
          'No command of this kind was approved lately: there is nothing to compare.'}
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
