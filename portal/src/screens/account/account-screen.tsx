import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { usePageTitle } from '../../parts/page-title.js';
import { PasswordForm } from './password-form.js';
import { SecondFactors } from './second-factors.js';

/** What somebody looks after themselves, at whichever customer they work. */
export function AccountScreen() {
  usePageTitle('Your account');
  const { identity } = useWorkplace();
  return (
    <div class="space-y-6 max-w-3xl">
      <div>
        <h1 class="text-xl font-semibold">Your account</h1>
        {identity.email.value !== null && (
          <p class="quiet">
            Signed in as <HarmlessText text={identity.email.value} />
          </p>
        )}
      </div>
      <SecondFactors />
      <PasswordForm />
    </div>
  );
}
