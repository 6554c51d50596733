export const soon = (work: () => void): unknown => setTimeout(work, 1_000);
