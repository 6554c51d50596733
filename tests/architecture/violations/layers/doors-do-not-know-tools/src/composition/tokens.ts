export const tokens = { clock: 'clock' } as const;
