import { words } from '../../http/customer/words.js';

export const said = words;
