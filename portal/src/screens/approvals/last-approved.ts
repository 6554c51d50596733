import type { Command } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';
import { lastApproved } from './envelope-diff.js';

/** What people approved last of the kind of this command: on its device, or else on any. */
export function useLastApproved(command: Command): Loaded<{ readonly found: Command | null }> {
  const { api } = useWorkplace();
  return useLoaded(command.id, async () => {
    for (const query of [{ deviceId: command.deviceId, limit: 100 }, { limit: 100 }]) {
      const { items } = await api.call('get', '/api/v1/customer/commands', { query });
      const found = lastApproved(items, command.type, command.deviceId);
      if (found !== null) return { found };
    }
    return { found: null };
  });
}
