export const readyKey = 'ready';
