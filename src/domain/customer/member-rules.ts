import { customerFaults } from './customer-faults.js';

/** Throws `last_admin` unless somebody beside this person is an admin. `admins`: the user ids of all of them. */
export function requireAnotherAdmin(admins: readonly string[], userId: string): void {
  if (admins.includes(userId) && admins.every((admin) => admin === userId)) {
    throw customerFaults.last_admin('Make somebody else an admin first.');
  }
}
