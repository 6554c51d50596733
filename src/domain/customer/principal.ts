import type { Role } from './role.js';

/** Authentication level of a person's sign-in, as Supabase states it: `aal2` means a second factor was used. */
export type AuthenticationLevel = 'aal1' | 'aal2';

/** Who is asking, on behalf of one customer, with the role they hold at this moment. */
export type Principal =
  | {
      readonly kind: 'member';
      readonly id: string;
      readonly name: string;
      readonly customerId: string;
      readonly role: Role;
      readonly aal: AuthenticationLevel;
      /** When the second factor of this sign-in was used last. Absent or null: nobody says so. */
      readonly secondFactorAt?: Date | null;
    }
  | {
      readonly kind: 'service_account';
      readonly id: string;
      readonly name: string;
      readonly customerId: string;
      readonly role: Role;
    }
  /** The operator of the gateway, at its command line: looks after customers and devices, and proposes nothing. */
  | {
      readonly kind: 'cli';
      readonly id: string;
      readonly name: string;
      readonly customerId: string;
      readonly role: 'admin';
    };
