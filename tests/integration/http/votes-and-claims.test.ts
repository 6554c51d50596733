import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDevice } from '../../support/api-client.js';
import { claim, newDevice, stateOf } from '../../support/api-client.js';
import { believeSignIns } from '../../support/signed-in.js';
import { activityOf } from '../../support/http/activity-of.js';
import type { TestPerson } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';

const path = '/api/v1/customer';

interface WaitingJson {
  readonly id: string;
  readonly approval: { readonly digest: string };
}

let gateways: TwoGateways;
let customerId: string;
let ann: TestPerson;
let ben: TestPerson;
let device: TestDevice;

beforeAll(async () => {
  gateways = await openTwoGateways({ override: believeSignIns });
  const opened = await gateways.people.customer(gateways.here);
  [customerId, ann] = [opened.id, opened.admin];
  ben = await gateways.people.member(gateways.here, customerId, 'approver');
  device = await newDevice(ann.api());
});
afterAll(() => gateways.close());

async function waiting(): Promise<WaitingJson> {
  const { body } = await ann.api().post<WaitingJson>(`${path}/devices/${device.id}/commands`, {
    type: 'restart_service',
    parameters: { service: 'kiosk' },
  });
  return body;
}

const approve = ({ id, approval: { digest } }: WaitingJson, n = 0) =>
  ben
    .api({}, n % 2 === 0 ? gateways.here : gateways.there)
    .post(`${path}/approvals/${id}/decision`, { approved: true, digest });

/** With so many at once a store may answer too late. Whoever is told so asks again, and changes nothing by it. */
async function approveOnceMore(command: WaitingJson, n: number): ReturnType<typeof approve> {
  const answer = await approve(command, n);
  return answer.status === 503 ? approveOnceMore(command, n) : answer;
}

describe('a vote', () => {
  it('that is sent a hundred times at once has one answer and leaves one entry', async () => {
    const command = await waiting();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => approveOnceMore(command, n)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body['state']])))).toEqual(
      new Set(['[200,"queued"]']),
    );
    const told = (await activityOf(gateways.here, command.id)).map(({ kind }) => kind);
    expect(told).toEqual(['command.proposed', 'command.decided', 'command.approved']);
    expect((await claim(device.api)).map(({ id }) => id)).toEqual([command.id]);
  });

  it.each<[string, () => Promise<number>]>([
    [
      'is not an approver any more',
      async () => (await ann.api().send('PATCH', `${path}/members/${ben.id}`, { role: 'operator' })).status,
    ],
    ['was removed', async () => (await ann.api().send('DELETE', `${path}/members/${ben.id}`)).status],
  ])('counts for nothing between decision and claim once its giver %s', async (_what, end) => {
    await gateways.people.give(gateways.here, customerId, ben, 'approver');
    const command = await waiting();
    expect((await approve(command)).body['state']).toBe('queued');
    expect(await end()).toBeLessThan(300);
    expect(await claim(device.api)).toEqual([]);
    expect(await stateOf(ann.api(), command.id)).toBe('cancelled');
  });
});
