export const roles = ['viewer', 'operator', 'approver', 'admin'] as const;

/** What a member may do in a customer; each role can do what the ones before it can. */
export type Role = (typeof roles)[number];

export const isBelow = (role: Role, other: Role): boolean => roles.indexOf(role) < roles.indexOf(other);
