import * as astray from '@opentelemetry/sdk-trace';

export const away = astray;
