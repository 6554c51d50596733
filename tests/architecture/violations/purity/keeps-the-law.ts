export const later = (from: Date, byMs: number): Date => new Date(from.getTime() + byMs);
