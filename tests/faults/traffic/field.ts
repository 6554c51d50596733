import type { HistoryEvent, OperationCall } from '../history/history-event.js';
import type { Recorder } from '../history/recorder.js';
import type { GatewayNode } from '../servers/gateways.js';
import type { Dice } from './dice.js';
import type { HttpAnswer, HttpCaller, HttpRequest } from './http-caller.js';

const firstRetryMs = 150;
const lastRetryMs = 2_400;

/** Who is refused asks less and less often: a crowd that does not keep down a gateway that could recover. */
export const backOffMs = (tries: number): number => Math.min(lastRetryMs, firstRetryMs * 2 ** tries);

export interface Field {
  readonly recorder: Recorder;
  readonly http: HttpCaller;
  readonly nodes: readonly GatewayNode[];
  readonly dice: Dice;
}

/** Facts of the call itself, before what it was about is added. */
export type CallFacts = Pick<OperationCall, 'i' | 'p' | 'node' | 'from' | 'to' | 'type' | 'code'>;

export interface Made {
  readonly call: CallFacts;
  readonly answer: HttpAnswer;
}

/** So often somebody who turned to another gateway asks there before they come home. */
const asksAway = 20;

/**
 * Who asks, and which gateway they prefer: after a failure they turn to another one for a while. If they stayed, all
 * would end up at whichever gateway has not failed for the longest time.
 */
export class Asker {
  readonly name: string;
  readonly field: Field;
  readonly #home: number;
  #turn: number;
  #asksAway = 0;

  constructor(field: Field, name: string, turn: number) {
    this.field = field;
    this.name = name;
    this.#home = turn;
    this.#turn = turn;
  }

  turnAway(): void {
    this.#turn += 1;
    this.#asksAway = asksAway;
  }

  async ask(what: Omit<HttpRequest, 'port'>): Promise<Made> {
    const { nodes, http, recorder } = this.field;
    const node = nodes[this.#turn % nodes.length];
    if (node === undefined) throw new Error('There is no gateway.');
    this.#asksAway -= 1;
    if (this.#asksAway <= 0) this.#turn = this.#home;
    const { i } = recorder.nextCall();
    const from = recorder.now();
    const headers = { ...what.headers, 'x-request-id': `o${String(i)}` };
    const answer = await http.send({ ...what, headers, port: node.port });
    const to = recorder.now();
    if (answer.type === 'info' || answer.status === 0) this.turnAway();
    return {
      call: { i, p: this.name, node: node.name, from, to, type: answer.type, code: answer.code },
      answer,
    };
  }

  record(event: HistoryEvent): void {
    this.field.recorder.record(event);
  }
}
