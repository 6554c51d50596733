import { useSignal } from '@preact/signals';
import { everyPage, largestPage } from '../../api/every-page.js';
import type { BreakGlass } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { useCommandTypes } from '../command/command-types.js';
import { useKeptCurrent } from './kept-current.js';

/** What ran without approval, and has to be answered for. */
export function BreakGlassReviews() {
  const { api } = useWorkplace();
  const { titleOf } = useCommandTypes();
  const reviewed = useSignal<BreakGlass | null>(null);
  const listOf = (state: 'open' | 'closed') =>
    everyPage(
      (page) =>
        api.call('get', '/api/v1/customer/break-glass', { query: { limit: largestPage, state, ...page } }),
      largestPage,
    );
  const list = useKeptCurrent(
    'break-glass',
    ['command.broke_glass', 'command.break_glass_reviewed'],
    async () => (await Promise.all([listOf('open'), listOf('closed')])).flat(),
  );
  const items = list.value.value;
  const error = list.error.value;
  return (
    <>
      <h2 class="text-lg font-semibold">Break-glass reviews</h2>
      <p class="quiet">
        In an emergency an admin runs a command without approval. Another admin then says whether that was
        right.
      </p>
      {error !== null && <ProblemNotice error={error} retry={() => void list.look()} />}
      {items === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={2} class="h-24" />
        </div>
      )}
      {items?.length === 0 && <p class="panel p-6">Nobody ever ran a command without approval.</p>}
      {items !== null && items.length > 0 && (
        <ul class="space-y-3" aria-label="What ran without approval, open reviews first">
          {items.map((item) => (
            <ReviewCard
              key={item.commandId}
              item={item}
              title={titleOf(item.type)}
              ask={() => (reviewed.value = item)}
            />
          ))}
        </ul>
      )}
      {reviewed.value !== null && (
        <Review
          item={reviewed.value}
          title={titleOf(reviewed.value.type)}
          close={() => (reviewed.value = null)}
          changed={() => void list.look()}
        />
      )}
    </>
  );
}

const verdicts = { justified: 'It was justified', unjustified: 'It was not justified' } as const;

interface ReviewCardProps {
  readonly item: BreakGlass;
  readonly title: string;
  readonly ask: () => void;
}

function ReviewCard({ item, title, ask }: ReviewCardProps) {
  const { me, role } = useWorkplace();
  const { deviceId, brokenBy, openedAt, reason, review } = item;
  const isOwn = brokenBy.id === me.user.id;
  return (
    <li class={`panel p-4 space-y-2 ${review === null ? 'border-l-4 border-l-warning' : ''}`}>
      <h3 class="font-semibold">
        <HarmlessText text={title} /> on{' '}
        <Link href={`/devices/${encodeURIComponent(deviceId)}`} class="plain-link">
          {deviceId}
        </Link>
      </h3>
      <p>
        <HarmlessText text={brokenBy.name} />, <Moment at={openedAt} />: <HarmlessText text={reason} />
      </p>
      {review !== null && (
        <p>
          <strong>{verdicts[review.verdict]}</strong>, says <HarmlessText text={review.by.name} />,{' '}
          <Moment at={review.at} />: <HarmlessText text={review.note} />
        </p>
      )}
      {review === null && mayActAs(role, 'admin') && !isOwn && (
        <button type="button" class="btn btn-sm btn-primary" onClick={ask}>
          Review…
        </button>
      )}
      {review === null && (isOwn || !mayActAs(role, 'admin')) && (
        <p class="quiet">{isOwn ? 'Another admin has to review it.' : 'An admin has to review it.'}</p>
      )}
    </li>
  );
}

interface ReviewProps {
  readonly item: BreakGlass;
  readonly title: string;
  readonly close: () => void;
  readonly changed: () => void;
}

function Review({ item, title, close, changed }: ReviewProps) {
  const { api } = useWorkplace();
  const verdict = useSignal<keyof typeof verdicts>('justified');
  const note = useSignal('');
  const say = async (): Promise<void> => {
    await api.call('post', '/api/v1/customer/break-glass/{commandId}/review', {
      path: { commandId: item.commandId },
      body: { verdict: verdict.value, note: note.value.trim() },
    });
    changed();
  };
  return (
    <ConfirmDialog title="Review what ran without approval" verb="Close the review" act={say} close={close}>
      <p class="font-semibold">
        <HarmlessText text={title} /> on {item.deviceId}
      </p>
      <p>
        <HarmlessText text={item.reason} />
      </p>
      <ChoiceField choice={verdict} label="Verdict" choices={verdicts} />
      <TextField text={note} label="Note" required maxLength={1_000} hint="It is closed once, and stays." />
    </ConfirmDialog>
  );
}
