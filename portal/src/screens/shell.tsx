import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useWorkplace } from '../customer/workplace.js';
import { HarmlessText } from '../parts/harmless-text.js';
import { clockTime } from '../parts/moment.js';
import { Link } from '../place/link.js';
import { path, steps } from '../place/place.js';
import { ScreenAt, screens } from './screen-at.js';
import { ThemeChoice } from './theme-choice.js';

interface ShellProps {
  readonly customerName: string;
  /** Null: there is no other. */
  readonly chooseAnother: (() => void) | null;
  readonly signOut: () => void;
}

/** What stands around every screen: where one is, whom one works for, and whether the view is live. */
export function Shell({ customerName, chooseAnother, signOut }: ShellProps) {
  const { me, role } = useWorkplace();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // Another screen begins for readers of the screen too; the first one keeps the focus of the browser.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [path.value]);
  return (
    <div class="min-h-dvh flex flex-col">
      <a
        href="#content"
        class="btn btn-primary sr-only focus:not-sr-only focus:absolute focus:m-2 focus:z-10"
      >
        Skip to the content
      </a>
      <header class="bg-base-100 border-b border-base-300">
        <div class="mx-auto max-w-screen-2xl px-3 sm:px-5 flex flex-wrap items-center gap-x-5">
          <Link href="/devices" class="font-semibold tracking-tight text-primary py-3">
            Fieldgate
          </Link>
          <nav
            aria-label="Screens"
            class="flex flex-wrap sm:gap-1 order-last sm:order-none w-full sm:w-auto max-sm:-mx-1"
          >
            {screens.map(({ step, name }) => (
              <Link
                key={step}
                href={`/${step}`}
                current={(steps.value[0] ?? 'devices') === step}
                class="px-1 sm:px-2 py-2 sm:py-3 max-sm:text-[0.8125rem] whitespace-nowrap border-b-2 border-transparent hover:border-base-300 aria-[current]:border-primary aria-[current]:font-semibold"
              >
                {name}
                {step === 'approvals' && <WaitingCount />}
              </Link>
            ))}
          </nav>
          <AccountMenu
            {...{ customerName, chooseAnother, signOut, role }}
            who={me.user.name ?? me.user.email ?? me.user.id}
          />
        </div>
      </header>
      <main
        id="content"
        ref={main}
        tabIndex={-1}
        class="mx-auto w-full max-w-screen-2xl px-3 sm:px-5 pt-4 pb-14 grow outline-none"
      >
        <ScreenAt />
      </main>
      <LiveBanner />
    </div>
  );
}

/** How much waits for people: seen from every screen. */
function WaitingCount() {
  const { approvals } = useWorkplace();
  const count = approvals.items.value?.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="badge badge-sm badge-warning ml-1">
      {count}
      <span class="sr-only"> waiting</span>
    </span>
  );
}

function AccountMenu(props: ShellProps & { readonly who: string; readonly role: string }) {
  const { customerName, chooseAnother, signOut, who, role } = props;
  const menu = useRef<HTMLDetailsElement>(null);
  const fold = (): void => menu.current?.removeAttribute('open');
  return (
    <details
      ref={menu}
      class="dropdown dropdown-end ml-auto"
      onKeyDown={(event) => {
        if (event.key === 'Escape') fold();
      }}
      onFocusOut={({ relatedTarget }) => {
        // Whoever goes elsewhere is done with it.
        if (relatedTarget instanceof Node && menu.current?.contains(relatedTarget) === false) fold();
      }}
    >
      <summary class="btn btn-ghost btn-sm max-w-48 sm:max-w-xs font-normal">
        <span class="truncate">
          <HarmlessText text={customerName} />
        </span>
        <span aria-hidden="true">▾</span>
      </summary>
      <div class="dropdown-content panel z-10 mt-1 w-64 p-3 space-y-3 shadow">
        <p>
          <span class="font-semibold">
            <HarmlessText text={who} />
          </span>
          <br />
          <span class="quiet">
            {role} at <HarmlessText text={customerName} />
          </span>
        </p>
        <ThemeChoice />
        <div class="flex flex-wrap gap-2">
          {chooseAnother !== null && (
            <button type="button" class="btn btn-sm" onClick={chooseAnother}>
              Another customer
            </button>
          )}
          <button type="button" class="btn btn-sm" onClick={signOut}>
            Sign out
          </button>
        </div>
      </div>
    </details>
  );
}

/** A moment without a line is no news: the page would only flicker. */
const patienceMs = 2_000;

function LiveBanner() {
  const { live } = useWorkplace();
  const state = live.state.value;
  const isShown = useSignal(false);
  useEffect(() => {
    if (state.kind === 'live') {
      isShown.value = false;
      return;
    }
    const timer = setTimeout(() => (isShown.value = true), patienceMs);
    return () => clearTimeout(timer);
  }, [state.kind]);
  return (
    <div role="status" class="fixed bottom-0 inset-x-0 z-20">
      {isShown.value && state.kind === 'away' && (
        <p class="bg-warning text-warning-content px-3 sm:px-5 py-1.5 text-center">
          Not live since {clockTime(state.since)}. What you see may be old; the portal goes on trying.
        </p>
      )}
    </div>
  );
}
