import type { ComponentChildren } from 'preact';
import { SessionScreen } from './session/session-screen.js';
import { SessionsScreen } from './session/sessions-screen.js';
import { usePageTitle } from '../parts/page-title.js';
import { Link } from '../place/link.js';
import { steps } from '../place/place.js';
import { AccountScreen } from './account/account-screen.js';
import { ActivityScreen } from './activity/activity-screen.js';
import { ApprovalsScreen } from './approvals/approvals-screen.js';
import { AddDeviceScreen } from './devices/add-device-screen.js';
import { DevicesScreen } from './devices/devices-screen.js';
import { SettingsScreen, settingsPage } from './settings/settings-screen.js';
import { DeviceScreen } from './device/device-screen.js';

/** The screens that the navigation names. A new one is added here and, with its address, to the gateway's portal door. */
export const screens = [
  { step: 'devices', name: 'Devices' },
  { step: 'approvals', name: 'Approvals' },
  { step: 'sessions', name: 'Sessions' },
  { step: 'activity', name: 'Activity' },
  { step: 'settings', name: 'Settings' },
] as const;

/** The screen that belongs to the address. */
export function ScreenAt(): ComponentChildren {
  const [first, second, third] = steps.value;
  if (third !== undefined) return <NoSuchScreen />;
  if (first === undefined || (first === 'devices' && second === undefined)) return <DevicesScreen />;
  if (first === 'devices' && second === 'add') return <AddDeviceScreen />;
  if (first === 'devices' && second !== undefined) return <DeviceScreen key={second} deviceId={second} />;
  if (first === 'sessions' && second === undefined) return <SessionsScreen />;
  if (first === 'sessions' && second !== undefined) return <SessionScreen key={second} sessionId={second} />;
  if (first === 'approvals' && second === undefined) return <ApprovalsScreen />;
  if (first === 'activity' && second === undefined) return <ActivityScreen />;
  if (first === 'account' && second === undefined) return <AccountScreen />;
  const settings = first === 'settings' ? settingsPage(second) : null;
  if (settings !== null) return <SettingsScreen page={settings} />;
  return <NoSuchScreen />;
}

function NoSuchScreen() {
  usePageTitle('Nothing here');
  return (
    <div class="space-y-2">
      <h1 class="text-xl font-semibold">There is nothing at this address</h1>
      <p>
        Go to the{' '}
        <Link href="/devices" class="plain-link">
          devices
        </Link>
        .
      </p>
    </div>
  );
}
