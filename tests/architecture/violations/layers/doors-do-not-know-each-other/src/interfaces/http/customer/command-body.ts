export const commandBody = {};
