import { reached } from './composition/reached.js';

export const start = reached;
