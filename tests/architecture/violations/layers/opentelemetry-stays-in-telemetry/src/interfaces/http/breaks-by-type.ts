import type { Span } from '@opentelemetry/api';

export type Away = Span;
