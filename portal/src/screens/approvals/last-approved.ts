import type { Command, PendingApproval } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { useAnotherLook } from '../../parts/another-look.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';

/** What was approved last; null: nothing of its kind, as far as the gateway's history goes back. */
export interface LastApproved {
  readonly found: PendingApproval | null;
}

/** What people approved last of the kind of this command: on its device, or else on any. */
export function useLastApproved({ id, type, deviceId }: Command): Loaded<LastApproved> {
  const { api } = useWorkplace();
  const last = useLoaded(id, async () => {
    for (const narrowed of [{ deviceId }, {}]) {
      const query = { state: 'approved', type, limit: 1, ...narrowed } as const;
      const { items } = await api.call('get', '/api/v1/customer/approvals', { query });
      if (items[0] !== undefined) return { found: items[0] };
    }
    return { found: null };
  });
  useAnotherLook(last.error.value, () => void last.look());
  return last;
}
