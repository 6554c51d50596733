/**
 * What happened, by the clock of the one process that saw it all: `from` and `to` are its monotonic nanoseconds. A call
 * took effect, if at all, somewhere between the two; one that ended as `info` may still do so later, or never.
 */
export type Outcome = 'ok' | 'fail' | 'info';

export interface Call {
  /** Its number; the call bears it to the gateway as the request id `o<i>`. */
  readonly i: number;
  readonly p: string;
  readonly node: string;
  readonly from: number;
  readonly to: number;
  readonly type: Outcome;
  /** Why not `ok`: the code of the problem, or of the network's error. */
  readonly code: string | null;
}

export type Needs = 'nothing' | 'approval';

export interface ProposeCall extends Call {
  readonly f: 'propose';
  readonly customer: string;
  readonly device: string;
  readonly key: string;
  /** What no other proposal carries: type and parameters as one text. */
  readonly payload: string;
  readonly needs: Needs;
  readonly once: boolean;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly expiresInMs: number;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
  /** On purpose under a key that had been used for something else. */
  readonly clashes: boolean;
  readonly answer: { readonly command: string; readonly state: string } | null;
}

export interface Delivered {
  readonly command: string;
  readonly attempt: number;
  /** The end of the claim token: enough to tell two apart. */
  readonly token: string;
  readonly visibleForMs: number;
  readonly payload: string;
}

export interface ClaimCall extends Call {
  readonly f: 'claim';
  readonly device: string;
  readonly session: string;
  readonly attemptId: string;
  readonly answer: readonly Delivered[] | null;
}

/** What a device writes under a claim. */
export interface WriteCall extends Call {
  readonly f: 'extend' | 'progress' | 'release' | 'result';
  readonly device: string;
  readonly session: string;
  readonly command: string;
  readonly attempt: number;
  readonly token: string;
  readonly extensionMs: number | null;
  /** Of a result: its status and output. */
  readonly content: string | null;
  /** On purpose by a device that the command is not for. */
  readonly foreign: boolean;
  readonly answer: { readonly state: string | null; readonly late: boolean } | null;
}

/** What a person does to a command, or reads of it. */
export interface PersonCall extends Call {
  readonly f: 'cancel' | 'approve' | 'deny' | 'settle' | 'read';
  readonly customer: string;
  readonly person: string;
  readonly command: string;
  /** On purpose by a person of another customer. */
  readonly foreign: boolean;
  readonly answer: { readonly state: string; readonly attempt: number } | null;
}

export interface SessionCall extends Call {
  readonly f: 'signIn' | 'beat' | 'revoke';
  readonly device: string;
  /** Empty for `revoke`, which ends all there are. */
  readonly session: string;
}

/** From the moment at which something was broken to the moment at which it was whole again. */
export interface FaultEvent {
  readonly f: 'fault';
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** For how long after that the gateways may need to put their dispatch store right. */
  readonly repairMs: number;
  /** Writes that Redis had answered with OK and did not know any more afterwards. */
  readonly redisLost: number;
  /** It knew an older state afterwards, which looked whole. */
  readonly lostTail: boolean;
  readonly note: string;
}

export interface PhaseEvent {
  readonly f: 'proposed_all' | 'drained' | 'given_up';
  readonly at: number;
}

export type OperationCall = ProposeCall | ClaimCall | WriteCall | PersonCall | SessionCall;
export type HistoryEvent = OperationCall | FaultEvent | PhaseEvent;

export const msOf = (nanoseconds: number): number => nanoseconds / 1e6;
export const nsOf = (milliseconds: number): number => milliseconds * 1e6;
