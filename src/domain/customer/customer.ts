import type { Role } from './role.js';

/** The tenant: a business with people and devices. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** A person in a customer. `userId` is the identity provider's. */
export interface Member {
  readonly customerId: string;
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
}

/** A customer that a person belongs to, and as what. */
export interface Membership {
  readonly customerId: string;
  readonly customerName: string;
  readonly name: string;
  readonly role: Role;
}
