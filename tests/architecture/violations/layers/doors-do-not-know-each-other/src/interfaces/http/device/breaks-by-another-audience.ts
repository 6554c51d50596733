import { commandBody } from '../customer/command-body.js';
import { present } from '../plugins/presented-command.js';

export const shown = [commandBody, present()];
