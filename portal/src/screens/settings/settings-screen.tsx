import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ApiKeysSection } from './api-keys-section.js';
import { MembersSection } from './members-section.js';
import { PolicySection } from './policy-section.js';

/** Who belongs to the customer, which programs act for it, and what it asks for before commands may run. */
export function SettingsScreen() {
  usePageTitle('Settings');
  const { role } = useWorkplace();
  return (
    <div class="space-y-6 max-w-4xl">
      <div class="space-y-1">
        <h1 class="text-xl font-semibold">Settings</h1>
        {!mayActAs(role, 'admin') && <p class="quiet">You see how it is set. Only admins change it.</p>}
      </div>
      <MembersSection />
      <ApiKeysSection />
      <PolicySection />
    </div>
  );
}
