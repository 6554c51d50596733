import type { Me } from '../api/things.js';
import { HarmlessText } from '../parts/harmless-text.js';
import { Mark } from '../parts/mark.js';
import { usePageTitle } from '../parts/page-title.js';

interface ChooseCustomerProps {
  readonly me: Me;
  readonly choose: (customerId: string) => void;
  readonly signOut: () => void;
}

/** For somebody who belongs to several customers, or to none. */
export function ChooseCustomer({ me, choose, signOut }: ChooseCustomerProps) {
  usePageTitle('Choose a customer');
  return (
    <main class="min-h-dvh grid place-items-center p-4">
      <div class="panel w-full max-w-md p-6 space-y-4">
        <p class="flex items-center gap-2 text-lg font-semibold tracking-tight text-primary">
          <Mark class="size-8" />
          Fieldgate
        </p>
        {me.customers.length === 0 ? (
          <>
            <h1 class="text-xl font-semibold">No customer yet</h1>
            <p>
              You are signed in as <HarmlessText text={me.user.email ?? me.user.id} />, and belong to no
              customer. Ask an admin to add you as a member, then reload this page.
            </p>
          </>
        ) : (
          <>
            <h1 class="text-xl font-semibold">Whom do you work for?</h1>
            <ul class="space-y-2">
              {me.customers.map(({ id, name, role }) => (
                <li key={id}>
                  <button type="button" class="btn w-full justify-between" onClick={() => choose(id)}>
                    <HarmlessText text={name} />
                    <span class="quiet font-normal">{role}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
        <button type="button" class="btn btn-ghost btn-sm" onClick={signOut}>
          Sign out
        </button>
      </div>
    </main>
  );
}
