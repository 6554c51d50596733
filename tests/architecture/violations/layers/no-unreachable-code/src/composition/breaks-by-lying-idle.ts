export const idle = true;
