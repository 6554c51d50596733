import type { Role } from '../../api/things.js';

/** What each role may do, beside what those above it in the list may. */
export const roleWords = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: also runs diagnostics and proposes'],
  ['approver', 'Approver: also decides'],
  ['admin', 'Admin: also adds devices, members and keys'],
] as const satisfies readonly (readonly [Role, string])[];
