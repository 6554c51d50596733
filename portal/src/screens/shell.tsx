import { useLayoutEffect, useRef } from 'preact/hooks';
import { useWorkplace } from '../customer/workplace.js';
import { HarmlessText } from '../parts/harmless-text.js';
import { Mark } from '../parts/mark.js';
import { Link } from '../place/link.js';
import { path, steps } from '../place/place.js';
import { LiveBanner } from './live-banner.js';
import { ScreenAt, screens } from './screen-at.js';
import { ScreenIcon } from './screen-icon.js';
import { SearchKeyChoice, useSearchKey } from './search-key.js';
import { ThemeChoice } from './theme-choice.js';
import { WaitingCount, WaitingNews } from './waiting-count.js';

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
  // Before the next key can be handled: a focus that comes later would take it from where a quick Tab has gone.
  useLayoutEffect(() => {
    // Another screen begins for readers of the screen too; the first one keeps the focus of the browser.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [path.value]);
  // After the focus has gone to the new screen.
  useSearchKey();
  return (
    <div class="min-h-dvh flex flex-col">
      <a
        href="#content"
        class="btn btn-primary sr-only focus:not-sr-only focus:absolute focus:m-2 focus:z-10"
      >
        Skip to the content
      </a>
      <header class="bg-base-100 border-b border-base-300">
        <div class="mx-auto max-w-wide px-3 sm:px-5 flex items-center gap-x-3 lg:gap-x-5">
          <Link
            href="/devices"
            class="inline-flex items-center gap-2 font-semibold tracking-tight text-primary py-2.5"
          >
            <Mark />
            Fieldgate
          </Link>
          <nav
            aria-label="Screens"
            class="flex md:gap-2 lg:gap-3 max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-10 max-md:h-14 max-md:bg-base-100 max-md:border-t max-md:border-base-300"
          >
            {screens.map(({ step, name }) => (
              <Link
                key={step}
                href={`/${step}`}
                current={(steps.value[0] ?? 'devices') === step}
                class="tab-of-screens"
              >
                <span class="md:hidden">
                  <ScreenIcon of={step} />
                </span>
                <span class="steady-bold" data-words={name}>
                  {name}
                </span>{' '}
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
        class="mx-auto w-full max-w-wide px-3 sm:px-5 pt-4 pb-24 md:pb-14 grow outline-none"
      >
        <ScreenAt />
      </main>
      <WaitingNews />
      <LiveBanner />
    </div>
  );
}

function AccountMenu(props: ShellProps & { readonly who: string; readonly role: string }) {
  const { customerName, chooseAnother, signOut, who, role } = props;
  const menu = useRef<HTMLDetailsElement>(null);
  const fold = (): void => menu.current?.removeAttribute('open');
  return (
    <details
      ref={menu}
      class="dropdown dropdown-end ml-auto min-w-0"
      onKeyDown={(event) => {
        if (event.key === 'Escape') fold();
      }}
      onFocusOut={({ relatedTarget }) => {
        // Whoever goes elsewhere is done with it.
        if (relatedTarget instanceof Node && menu.current?.contains(relatedTarget) === false) fold();
      }}
    >
      <summary class="btn btn-ghost btn-sm max-w-full sm:max-w-xs font-normal flex-nowrap">
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
        <Link href="/account" class="plain-link block">
          Your account
        </Link>
        <ThemeChoice />
        <SearchKeyChoice />
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
