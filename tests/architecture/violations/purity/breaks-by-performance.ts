export const tick = (): unknown => performance.now();
