import { render } from 'preact';
import { SignedIn } from './customer/signed-in.js';
import { Identity } from './identity/identity.js';
import type { PortalConfig } from './identity/portal-config.js';
import { readPortalConfig } from './identity/portal-config.js';
import { SignInScreen } from './identity/sign-in-screen.js';
import { unreachable } from './api/problem.js';
import { ProblemNotice } from './parts/problem-notice.js';
import './screens/theme-choice.js';

/** Sign-in first, then everything else. */
function Portal({ identity }: { readonly identity: Identity }) {
  switch (identity.step.value) {
    case 'loading':
      return <main aria-busy="true" class="min-h-dvh" />;
    case 'signed_in':
      return <SignedIn identity={identity} />;
    default:
      return <SignInScreen identity={identity} />;
  }
}

function Refused(notice: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <main class="mx-auto max-w-xl p-6">
      <ProblemNotice {...notice} />
    </main>
  );
}

function Unconfigured() {
  return (
    <main class="mx-auto max-w-xl p-6 space-y-2">
      <h1 class="text-xl font-semibold">Nobody can sign in here yet</h1>
      <p>
        This gateway knows its people from Supabase, and does not know the key that browsers sign in with.
        Whoever runs it sets <code>SUPABASE_PUBLISHABLE_KEY</code> and starts it again.
      </p>
    </main>
  );
}

async function start(root: HTMLElement): Promise<void> {
  let config: PortalConfig;
  try {
    config = await readPortalConfig();
  } catch {
    render(<Refused error={unreachable()} retry={() => void start(root)} />, root);
    return;
  }
  if (config.identityUrl !== null && config.publishableKey === null) {
    render(<Unconfigured />, root);
    return;
  }
  const identity = new Identity(config);
  render(<Portal identity={identity} />, root);
  await identity.resume().catch((error: unknown) => render(<Refused error={error} />, root));
}

const root = document.getElementById('portal');
if (root !== null) void start(root);
