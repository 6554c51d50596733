import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiClient } from '../api/api-client.js';
import type { Me } from '../api/things.js';
import type { Identity } from '../identity/identity.js';
import { openBrowserSocket } from '../live/browser-socket.js';
import { LiveConnection } from '../live/live-connection.js';
import { LiveView } from '../live/live-view.js';
import { ProblemNotice } from '../parts/problem-notice.js';
import { Shell } from '../screens/shell.js';
import { ApprovalQueue } from './approval-queue.js';
import { ChooseCustomer } from './choose-customer.js';
import { People } from './people.js';
import { WorkplaceContext } from './workplace.js';

const remembered = 'fieldgate-customer';

/** Everything behind the sign-in: finds out who it is and whom they work for, then shows the screens. */
export function SignedIn({ identity }: { readonly identity: Identity }) {
  const me = useSignal<Me | null>(null);
  const chosen = useSignal<string | null>(localStorage.getItem(remembered));
  const error = useSignal<unknown>(null);
  // Who it is, whatever was chosen last time: that customer may not be theirs any more.
  const anywhere = useMemo(
    () => new ApiClient({ ...callerOf(identity), customerId: () => null }),
    [identity],
  );
  const look = async (): Promise<void> => {
    try {
      const found = await anywhere.call('get', '/api/v1/customer/me', {});
      const [only, second] = found.customers;
      if (!found.customers.some(({ id }) => id === chosen.peek())) {
        chosen.value = only !== undefined && second === undefined ? only.id : null;
      }
      me.value = found;
      error.value = null;
    } catch (refused) {
      error.value = refused;
    }
  };
  useEffect(() => void look(), [anywhere]);
  const choose = (customerId: string | null): void => {
    if (customerId === null) localStorage.removeItem(remembered);
    else localStorage.setItem(remembered, customerId);
    chosen.value = customerId;
  };

  if (error.value !== null && me.value === null) {
    return (
      <main class="mx-auto max-w-xl p-6">
        <ProblemNotice error={error.value} retry={() => void look()} />
        <button type="button" class="btn btn-sm mt-3" onClick={() => void identity.signOut()}>
          Sign out
        </button>
      </main>
    );
  }
  if (me.value === null) return <main aria-busy="true" class="min-h-dvh" />;
  const member = me.value.customers.find(({ id }) => id === chosen.value);
  if (member === undefined) {
    return <ChooseCustomer me={me.value} choose={choose} signOut={() => void identity.signOut()} />;
  }
  const other = me.value.customers.length > 1 ? () => choose(null) : null;
  return (
    <AtCustomer
      key={member.id}
      {...{ identity, me: me.value, member }}
      chooseAnother={other}
      lookAgain={look}
    />
  );
}

const callerOf = (identity: Identity) => ({
  accessToken: () => identity.accessToken(),
  refused: () => void identity.refused(),
});

interface AtCustomerProps {
  readonly identity: Identity;
  readonly me: Me;
  readonly member: Me['customers'][number];
  readonly chooseAnother: (() => void) | null;
  readonly lookAgain: () => Promise<void>;
}

function AtCustomer({ identity, me, member, chooseAnother, lookAgain }: AtCustomerProps) {
  const live = useMemo(() => new LiveView(() => void identity.refused()), []);
  const api = useMemo(
    () => new ApiClient({ ...callerOf(identity), customerId: () => member.id, ready: live.begun }),
    [],
  );
  const approvals = useMemo(() => new ApprovalQueue(api), []);
  const people = useMemo(() => new People(api), []);
  const connection = useMemo(() => {
    const made = new LiveConnection(
      {
        customerId: member.id,
        open: (ears) => openBrowserSocket('/ws/customer', ears),
        token: () => identity.accessToken(),
        now: () => Date.now(),
        random: () => Math.random(),
      },
      live,
    );
    live.use(made);
    return made;
  }, []);
  useEffect(() => {
    connection.start();
    void approvals.look();
    void people.known();
    const stopQueue = approvals.listen(live);
    const stopPeople = people.listen(live);
    const hurry = (): void => connection.hurry();
    const lost = (): void => connection.lost();
    addEventListener('online', hurry);
    addEventListener('offline', lost);
    // A page that nobody looked at was slowed down by its browser.
    const seen = (): void => {
      if (document.visibilityState === 'visible') connection.hurry();
    };
    document.addEventListener('visibilitychange', seen);
    // A change of somebody's own role is seen at once, not after the next refusal.
    const stopHearing = live.onEvent(({ kind, subject }) => {
      if (kind.startsWith('member.') && subject.id === me.user.id) void lookAgain();
    });
    // A network that lets no socket through still shows what is, only later.
    const looking = setInterval(() => {
      if (live.state.peek().kind === 'away') live.lookAgain();
    }, lookEveryMs);
    return () => {
      clearInterval(looking);
      stopQueue();
      stopPeople();
      stopHearing();
      removeEventListener('online', hurry);
      removeEventListener('offline', lost);
      document.removeEventListener('visibilitychange', seen);
      connection.stop();
    };
  }, []);
  useRenewal(identity, connection);
  const workplace = { api, identity, live, approvals, people, me, role: member.role, customerId: member.id };
  return (
    <WorkplaceContext.Provider value={workplace}>
      <Shell
        customerName={member.name}
        chooseAnother={chooseAnother}
        signOut={() => void identity.signOut()}
      />
    </WorkplaceContext.Provider>
  );
}

/** While the view is not live. */
const lookEveryMs = 15_000;

/** So long before a token runs out it is renewed; the client of the identity does so only while the page is seen. */
const renewBeforeMs = 60_000;

function useRenewal(identity: Identity, connection: LiveConnection): void {
  const token = identity.token.value;
  useEffect(() => {
    if (token === null) return;
    connection.renew(token);
    const left = identity.expiresAtMs - Date.now() - renewBeforeMs;
    const timer = setTimeout(() => void identity.accessToken().catch(() => undefined), Math.max(5_000, left));
    return () => clearTimeout(timer);
  }, [token]);
}
