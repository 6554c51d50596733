import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from '../api/api-client.js';
import type { Me, Role } from '../api/things.js';
import type { Identity } from '../identity/identity.js';
import type { LiveView } from '../live/live-view.js';
import type { ApprovalQueue } from './approval-queue.js';
import type { People } from './people.js';

/** What a screen works with: a signed-in person at one customer. */
export interface Workplace {
  readonly api: ApiClient;
  readonly identity: Identity;
  readonly live: LiveView;
  readonly approvals: ApprovalQueue;
  readonly people: People;
  readonly me: Me;
  readonly role: Role;
  readonly customerId: string;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (workplace === null) throw new Error('Nobody is signed in here.');
  return workplace;
}

const ranks = { viewer: 0, operator: 1, approver: 2, admin: 3 } as const satisfies Record<Role, number>;

/** Each role may do what those below it may. The gateway decides; this only spares people a refusal. */
export const mayActAs = (role: Role, needed: Role): boolean => ranks[role] >= ranks[needed];
