import * as atHome from '@opentelemetry/api';

export const home = atHome;
