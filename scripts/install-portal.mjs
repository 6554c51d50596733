import { installPortal } from './portal.mjs';

/** What the checks of the portal's sources read: the types of its packages. */
if (!installPortal()) process.exit(1);
