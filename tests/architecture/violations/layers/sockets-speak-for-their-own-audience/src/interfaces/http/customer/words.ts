export const words = 'of somebody else';
