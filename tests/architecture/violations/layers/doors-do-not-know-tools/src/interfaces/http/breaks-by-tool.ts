import type { CommandTable } from '../../infrastructure/postgres/postgres-tables.js';

export const present = (row: CommandTable): string => row.id;
