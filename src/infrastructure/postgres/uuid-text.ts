const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can name anything whose key is a UUID. Asked before the database is, which refuses the statement. */
export const isUuid = (text: string): boolean => pattern.test(text);
