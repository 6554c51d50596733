import { conflict } from '../../interfaces/http/problem.js';

export const status = conflict;
