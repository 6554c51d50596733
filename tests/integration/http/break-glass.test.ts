import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { ApiAnswer, ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { newDevice } from '../../support/api-client.js';
import { activityOf } from '../../support/http/activity-of.js';
import type { TestPerson } from '../../support/http/token-people.js';
import { strongly } from '../../support/http/token-people.js';
import type { TwoGateways } from '../../support/http/two-gateways.js';
import { openTwoGateways } from '../../support/http/two-gateways.js';

const path = '/api/v1/customer';
const script = { type: 'run_script', parameters: { script: 'tidy' }, reason: 'The whole shop stands still.' };

let gateways: TwoGateways;
let customerId: string;
let ann: TestPerson;
let device: TestDevice;

beforeAll(async () => {
  gateways = await openTwoGateways();
});
afterAll(() => gateways.close());
beforeEach(async () => {
  const opened = await gateways.people.customer(gateways.here);
  [customerId, ann] = [opened.id, opened.admin];
  device = await newDevice(ann.api());
});

const breakGlass = (by: ApiClient, body: object = {}) =>
  by.post<Json & { id: string }>(`${path}/devices/${device.id}/break-glass`, { ...script, ...body });
const review = (by: ApiClient, id: string, body: object = {}) =>
  by.post(`${path}/break-glass/${id}/review`, { verdict: 'justified', note: 'It was.', ...body });
const listed = async (by: ApiClient, state: string) =>
  (await by.get<{ items: Json[] }>(`${path}/break-glass?state=${state}`)).body.items;
const codeOf = ({ status, body }: ApiAnswer<Json>) => body['code'] ?? status;

describe('breaking the glass', () => {
  it('runs one command at once, and everybody can see who did it and why', async () => {
    const { status, body } = await breakGlass(ann.api(strongly));
    expect([status, body]).toMatchObject([
      201,
      { state: 'queued', approval: null, allowedBy: { kind: 'break_glass', id: ann.id } },
    ]);
    const claimed = await device.api.post<{ commands: { grant: string }[] }>(
      '/api/v1/device/commands/claim',
      { waitMs: 5_000 },
    );
    expect(decodeJwt(claimed.body.commands[0]?.grant ?? '')).toMatchObject({
      jti: body.id,
      approvers: [ann.id],
      basis: 'break_glass',
    });
    const told = await activityOf(gateways.here, body.id);
    expect(told.slice(0, 2)).toMatchObject([
      { kind: 'command.proposed', actor: ann.id },
      { kind: 'command.broke_glass', actor: ann.id, data: { reason: script.reason, risk: 'destructive' } },
    ]);
    expect(gateways.here.log.filter(({ commandId }) => commandId === body.id)).toMatchObject([
      { level: 40, deviceId: device.id, by: ann.id },
    ]);
    expect(await listed(ann.api(), 'open')).toMatchObject([
      { commandId: body.id, brokenBy: { id: ann.id }, reason: script.reason, state: 'open', review: null },
    ]);
  });

  it.each([
    ['without a second factor', {}],
    ['with one that is not said to be fresh', { aal: 'aal2' }],
    ['with one that is too old', { aal: 'aal2', factorAgeMs: 302_000 }],
  ] as const)('is refused %s', async (_what, how) => {
    expect(codeOf(await breakGlass(ann.api(how)))).toBe('mfa_required');
    expect(await listed(ann.api(), 'open')).toEqual([]);
  });

  it.each(['viewer', 'operator', 'approver'] as const)('is refused to somebody who is %s', async (role) => {
    const member = await gateways.people.member(gateways.here, customerId, role);
    expect(codeOf(await breakGlass(member.api(strongly)))).toBe('forbidden');
  });

  it.each([
    ['without a reason', { reason: undefined }],
    ['with hardly a reason', { reason: ' because   ' }],
    ['with parameters that do not fit', { parameters: {} }],
  ])('is refused %s', async (_what, wrong) => {
    expect((await breakGlass(ann.api(strongly), wrong)).status).toBe(400);
  });

  it('is done once for one idempotency key', async () => {
    const once = ann.api(strongly).with({ 'idempotency-key': 'once' });
    const [one, same] = [await breakGlass(once), await breakGlass(once)];
    expect([same.status, same.body.id]).toEqual([201, one.body.id]);
    expect(await listed(ann.api(), 'open')).toHaveLength(1);
  });
});

describe('its review', () => {
  it('is closed by another admin, once', async () => {
    const { body } = await breakGlass(ann.api(strongly));
    const [kim, lee] = [
      await gateways.people.member(gateways.here, customerId, 'admin'),
      await gateways.people.member(gateways.here, customerId, 'admin'),
    ];
    const answers = await Promise.all([
      review(kim.api(), body.id),
      review(lee.api({}, gateways.there), body.id, { verdict: 'unjustified', note: 'Ben was there.' }),
    ]);
    expect(answers.map(codeOf).map(String).sort()).toEqual(['200', 'review_closed']);
    const [winner] = await listed(ann.api(), 'closed');
    const isKim = answers[0]?.status === 200;
    expect(winner).toMatchObject({
      commandId: body.id,
      state: 'closed',
      review: { verdict: isKim ? 'justified' : 'unjustified', by: { id: isKim ? kim.id : lee.id } },
    });
    const again = isKim
      ? review(kim.api(), body.id)
      : review(lee.api(), body.id, { verdict: 'unjustified', note: 'Ben was there.' });
    expect((await again).status).toBe(200);
    expect(await listed(ann.api(), 'open')).toEqual([]);
    const told = (await activityOf(gateways.here, body.id)).map(({ kind }) => kind);
    expect(told.filter((kind) => kind === 'command.break_glass_reviewed')).toHaveLength(1);
  });

  it('is not for whoever broke it, also where there is no other admin', async () => {
    const { body } = await breakGlass(ann.api(strongly));
    const alone = await review(ann.api(strongly), body.id);
    expect([codeOf(alone), alone.body['detail']]).toEqual([
      'self_review',
      expect.stringContaining('there is none'),
    ]);
    const approver = await gateways.people.member(gateways.here, customerId, 'approver');
    expect(codeOf(await review(approver.api(), body.id))).toBe('forbidden');
    await gateways.people.member(gateways.here, customerId, 'admin');
    const refused = await review(ann.api(strongly), body.id);
    expect([codeOf(refused), refused.body['detail']]).toEqual([
      'self_review',
      'Another admin has to review this.',
    ]);
    const stranger = (await gateways.people.customer(gateways.here)).admin;
    expect(codeOf(await review(stranger.api(), body.id))).toBe('not_found');
    expect(await listed(ann.api(), 'open')).toHaveLength(1);
  });
});
