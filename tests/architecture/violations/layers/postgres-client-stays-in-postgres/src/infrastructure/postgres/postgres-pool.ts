import * as atHome from 'pg';

export const home = atHome;
