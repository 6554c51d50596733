export type Anything = any;
