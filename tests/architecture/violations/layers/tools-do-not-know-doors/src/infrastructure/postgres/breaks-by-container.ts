import { config } from '../../composition/config.js';

export const port = config.port;
