import type { Member, Role } from '../../api/things.js';

export const roleMeanings: Readonly<Record<Role, string>> = {
  viewer: 'Looks on, and changes nothing.',
  operator: 'Also opens sessions, and proposes and cancels commands.',
  approver: 'Also decides what may run.',
  admin: 'Also looks after devices, people, keys and the approval policy.',
};

export const roleNames: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  operator: 'Operator',
  approver: 'Approver',
  admin: 'Admin',
};

/** A customer keeps one: this one can be neither removed nor demoted. */
export const isLastAdmin = (member: Member, members: readonly Member[]): boolean =>
  member.role === 'admin' && members.filter(({ role }) => role === 'admin').length === 1;

/** How the API takes a person: by e-mail address or by user id, whichever was typed. */
export function personNamed(typed: string): { readonly email: string } | { readonly userId: string } {
  const text = typed.trim();
  return text.includes('@') ? { email: text } : { userId: text };
}
