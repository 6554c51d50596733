import { tokens } from '../../composition/tokens.js';

export const token = tokens.clock;
