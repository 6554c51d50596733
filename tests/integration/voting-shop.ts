import type { ApiAnswer, ApiClient, Json, TestDevice } from '../support/api-client.js';
import { newDevice } from '../support/api-client.js';
import { activityOf } from '../support/http/activity-of.js';
import type { TestPerson } from '../support/http/token-people.js';
import type { TwoGateways } from '../support/http/two-gateways.js';

export const path = '/api/v1/customer';
export const rounds = 12;
export const rule = {
  approvals: 1,
  roles: ['approver', 'admin'],
  selfApproval: false,
  mfa: false,
  windowMs: 60_000,
  reasonRequired: false,
};

export interface Waiting {
  readonly id: string;
  readonly digest: string;
}

/** A shop on two gateways: Ann proposes and administers, Ben and Eva approve, each at a gateway of their own. */
export class Shop {
  readonly gateways: TwoGateways;
  readonly customerId: string;
  readonly ann: ApiClient;
  readonly people: Readonly<Record<'ben' | 'eva', TestPerson>>;

  constructor(
    gateways: TwoGateways,
    customerId: string,
    ann: ApiClient,
    people: Readonly<Record<'ben' | 'eva', TestPerson>>,
  ) {
    this.gateways = gateways;
    this.customerId = customerId;
    this.ann = ann;
    this.people = people;
  }

  static async open(gateways: TwoGateways, approvals: number): Promise<Shop> {
    const { here, people } = gateways;
    const { id, admin } = await people.customer(here);
    const ann = admin.api();
    await ann.with({ 'if-match': '"1"' }).send('PUT', `${path}/approval-policy`, {
      read: { ...rule, approvals: 0 },
      change: { ...rule, approvals },
      destructive: rule,
    });
    const ben = await people.member(here, id, 'approver');
    const eva = await people.member(here, id, 'approver');
    return new Shop(gateways, id, ann, { ben, eva });
  }

  device(): Promise<TestDevice> {
    return newDevice(this.ann);
  }

  async waiting(device: TestDevice, where = `${path}/devices/${device.id}/commands`): Promise<Waiting> {
    const { body } = await this.ann.post<{ id: string; approval: { digest: string } }>(where, {
      type: 'restart_service',
      parameters: { service: 'kiosk' },
    });
    return { id: body.id, digest: body.approval.digest };
  }

  vote(who: 'ben' | 'eva', { id, digest }: Waiting, approved: boolean): Promise<ApiAnswer> {
    const { here, there } = this.gateways;
    return this.people[who]
      .api({}, who === 'ben' ? here : there)
      .post(`${path}/approvals/${id}/decision`, { approved, digest });
  }

  async read(id: string): Promise<Json> {
    return (await this.ann.get(`${path}/commands/${id}`)).body;
  }

  /** What the log tells of the command after its proposal, without who came too late. */
  async told(id: string): Promise<readonly string[]> {
    const entries = await activityOf(this.gateways.here, id);
    return entries
      .slice(1)
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'command.decision_refused');
  }
}

export const codes = (answers: readonly ApiAnswer[]) =>
  answers.map(({ status, body }) => body['code'] ?? status);

/** Both at once, now the one a moment before, now the other. */
export function race<One, Other>(
  round: number,
  one: () => Promise<One>,
  other: () => Promise<Other>,
): Promise<[One, Other]> {
  if (round % 2 === 0) return Promise.all([one(), other()]);
  const second = other();
  return Promise.all([one(), second]);
}
