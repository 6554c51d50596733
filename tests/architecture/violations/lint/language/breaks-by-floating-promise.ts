export const start = (work: () => Promise<void>): void => {
  work();
};
