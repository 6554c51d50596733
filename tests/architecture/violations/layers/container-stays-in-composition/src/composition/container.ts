import * as atHome from 'tsyringe';

export const home = atHome;
