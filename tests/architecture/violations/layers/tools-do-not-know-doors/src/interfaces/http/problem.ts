export const conflict = 409;
