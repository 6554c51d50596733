import type { Transaction } from './unit-of-work.js';

/** A person of the local identity. */
export interface LocalAccount {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

/** What belongs to the first account; good only inside the call that hands it out. Entries are written last. */
export type Enrolment = Pick<Transaction, 'members' | 'record'>;

export interface LocalAccounts {
  isEmpty(): Promise<boolean>;
  /**
   * Adds the account if there is none yet, together with what `enrol` does: all of it is committed when the answer
   * is true, and none when it is false or the promise rejects. Of several callers at once one gets true.
   */
  addFirst(account: LocalAccount, enrol: (enrolment: Enrolment) => Promise<void>): Promise<boolean>;
  /** False when the e-mail address is taken. */
  add(account: LocalAccount): Promise<boolean>;
  /** By the address in lower case; null when nobody has it. */
  findByEmail(email: string): Promise<LocalAccount | null>;
  /**
   * Gives the person of this session another password, and ends every other session of theirs, as one step.
   * Null when the session has ended.
   */
  changePassword(sessionId: string, passwordHash: string): Promise<LocalAccount | null>;
}
