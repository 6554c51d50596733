export type Now = (clock: import('../../application/ports/clock.js').Clock) => Date;
