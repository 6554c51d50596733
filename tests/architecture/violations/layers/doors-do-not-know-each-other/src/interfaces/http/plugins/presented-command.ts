export const present = (): string => '';
