import { usePageTitle } from '../../parts/page-title.js';
import { Link } from '../../place/link.js';
import { ApiKeys } from './api-keys.js';
import { ApprovalPolicy } from './approval-policy.js';
import { BreakGlassReviews } from './break-glass-reviews.js';
import { Members } from './members.js';
import { StandingGrants } from './standing-grants.js';
import { SystemPage } from './system-page.js';

const pages = {
  members: { name: 'Members', Page: Members },
  'api-keys': { name: 'API keys', Page: ApiKeys },
  'approval-policy': { name: 'Policy', Page: ApprovalPolicy },
  'standing-grants': { name: 'Standing grants', Page: StandingGrants },
  'break-glass': { name: 'Break-glass', Page: BreakGlassReviews },
  system: { name: 'System', Page: SystemPage },
} as const;
type PageStep = keyof typeof pages;

const isPage = (step: string): step is PageStep => Object.hasOwn(pages, step);

/** Who and what belongs to the customer, and what it asks for. `step`: the page within; null when there is none such. */
export const settingsPage = (step: string | undefined): PageStep | null =>
  step === undefined ? 'members' : isPage(step) ? step : null;

export function SettingsScreen({ page }: { readonly page: PageStep }) {
  const { name, Page } = pages[page];
  usePageTitle(name);
  return (
    <div class="space-y-4 max-w-5xl">
      <h1 class="text-xl font-semibold">Settings</h1>
      <nav
        aria-label="Settings"
        class="flex overflow-x-auto overflow-y-hidden sm:gap-1 max-sm:-mx-3 max-sm:px-1.5 border-b border-base-300"
      >
        {(Object.keys(pages) as PageStep[]).map((step) => (
          <Link
            key={step}
            href={`/settings/${step}`}
            current={step === page}
            class="px-1.5 sm:px-2 py-2 max-sm:text-sm whitespace-nowrap border-b-2 border-transparent hover:border-base-300 aria-[current]:border-primary aria-[current]:font-semibold"
          >
            {pages[step].name}
          </Link>
        ))}
      </nav>
      <div class="space-y-3">
        <Page />
      </div>
    </div>
  );
}
