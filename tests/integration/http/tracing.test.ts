import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DecideCommand } from '../../../src/application/approval/decide-command.js';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { SweepDueCommands } from '../../../src/application/dispatch/sweep-due-commands.js';
import { provide, use } from '../../../src/composition/provide.js';
import { WAKE_UPS } from '../../../src/composition/tokens.js';
import type { ApiClient, ClaimedJson, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { ReceivedSpan, TraceReceiver } from '../../support/trace-receiver.js';
import { startTraceReceiver } from '../../support/trace-receiver.js';
import { believeSignIns, signedIn } from '../../support/signed-in.js';

const customer = '/api/v1/customer';
const commands = '/api/v1/device/commands';
const claimRoute = `POST ${commands}/claim`;

describe('the traces of a gateway at work', () => {
  let receiver: TraceReceiver;
  let opened: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;
  /** Polls that began to wait. */
  let parked = 0;

  beforeAll(async () => {
    receiver = await startTraceReceiver();
    opened = await openGateway({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '20',
        // Both hear of one record.
        METRICS_PORT: '0',
      },
      override: (container) => {
        believeSignIns(container);
        const wakeUps = use(container, WAKE_UPS);
        provide(container, WAKE_UPS, () => ({
          wake: (deviceId) => wakeUps.wake(deviceId),
          take: (deviceId) => {
            parked += 1;
            return wakeUps.take(deviceId);
          },
        }));
      },
    });
    admin = await signIn(opened.url);
    device = await newDevice(admin);
  });
  afterAll(async () => {
    await opened.close();
    await receiver.close();
  });

  const traceIdOf = (commandId: string): string => commandId.replaceAll('-', '');
  const found = (fits: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> =>
    eventually(() => {
      const span = receiver.spans().find(fits);
      if (span === undefined) throw new Error('no such span has come in');
      return span;
    });
  const requestSpan = (requestId: string): Promise<ReceivedSpan> =>
    found(({ kind, facts }) => kind === 2 && facts['fieldgate.request.id'] === requestId);
  /** All spans of a command that has ended. */
  const traceOf = async (commandId: string): Promise<readonly ReceivedSpan[]> => {
    await found(({ traceId, parentSpanId }) => traceId === traceIdOf(commandId) && parentSpanId === '');
    return receiver.spans().filter(({ traceId }) => traceId === traceIdOf(commandId));
  };
  /** Each span by its name, under the name of its parent, in the order of time. */
  const treeOf = (spans: readonly ReceivedSpan[]): readonly string[] =>
    spans
      .toSorted((one, other) => Number(one.from - other.from))
      .map(({ name, parentSpanId }) => {
        const parent = spans.find(({ spanId }) => spanId === parentSpanId);
        return `${parent?.name ?? (parentSpanId === '' ? '' : 'unknown')} > ${name}`;
      });
  const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const span = spans.find((one) => one.name === name);
    if (span === undefined) throw new Error(`there is no span ${name}`);
    return span;
  };
  const claimOne = async (body: object = {}): Promise<ClaimedJson> => {
    const [command] = await claim(device.api, body);
    if (command === undefined) throw new Error('nothing was there to claim');
    return command;
  };
  const under = (verb: string, { id, claimToken }: ClaimedJson, body: object, api = device.api) =>
    api.post(`${commands}/${id}/${verb}`, { claimToken, ...body });
  const succeed = (claimed: ClaimedJson) =>
    under('result', claimed, { status: 'succeeded', output: 'SECRET-OUTPUT' });

  it('show a command from its proposal to its result, as one tree under its own id', async () => {
    const id = await propose(admin, device.id, { type: 'ping', parameters: { host: 'SECRET-HOST' } });
    const claimed = await claimOne();
    await under('progress', claimed, { percent: 50, message: 'SECRET-MESSAGE' });
    await under('extend', claimed, { extensionMs: 90_000 });
    expect((await succeed(claimed)).status).toBe(200);

    const spans = await traceOf(id);
    expect(treeOf(spans).toSorted()).toEqual(
      [
        ' > command ping',
        'command ping > command.proposed',
        'command ping > attempt',
        'attempt > command.claimed',
        'attempt > command.progressed',
        'attempt > command.extended',
        'attempt > command.finished',
      ].toSorted(),
    );
    const whole = named(spans, 'command ping');
    expect(whole.facts).toMatchObject({
      'fieldgate.command.id': id,
      'fieldgate.command.type': 'ping',
      'fieldgate.command.state': 'succeeded',
      'fieldgate.command.attempt': 1,
      'fieldgate.device.id': device.id,
    });
    expect(whole.isError).toBe(false);
    expect(spans.every(({ from, to }) => from >= whole.from && to <= whole.to)).toBe(true);
    const attempt = named(spans, 'attempt');
    expect([attempt.from, attempt.to]).toEqual([named(spans, 'command.claimed').from, whole.to]);
  });

  it('lead from each step to the request that caused it, and back', async () => {
    const proposed = await admin.post<{ id: string }>(`${customer}/devices/${device.id}/commands`, {
      type: 'system_info',
      parameters: {},
    });
    const { id } = proposed.body;
    await succeed(await claimOne());
    const request = await requestSpan(String(proposed.headers.get('x-request-id')));
    const spans = await traceOf(id);
    const step = named(spans, 'command.proposed');
    expect(step.links).toMatchObject([{ traceId: request.traceId, spanId: request.spanId }]);
    expect(request.links).toMatchObject([
      { traceId: traceIdOf(id), spanId: named(spans, 'command system_info').spanId },
    ]);
    expect(request.facts).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/v1/customer/devices/:id/commands',
      'http.response.status_code': 201,
      'url.path': `${customer}/devices/${device.id}/commands`,
      'fieldgate.command.id': id,
    });
    expect(request.resource).toMatchObject({ 'service.name': 'fieldgate' });
  });

  it('tell of a claim that lapsed when it lapsed, as an attempt of its own', async () => {
    const id = await propose(admin, device.id, { maxAttempts: 2 });
    await claimOne({ visibilityTimeoutMs: 1_000 });
    await eventually(async () => expect(await stateOf(admin, id)).toBe('queued'));
    await use(opened.container, SweepDueCommands).sweepRecord();
    const second = await claimOne();
    await under('release', second, { delayMs: 0 });
    const spans = await traceOf(id);
    expect(treeOf(spans).toSorted()).toEqual(
      [
        ' > command system_info',
        'command system_info > command.proposed',
        'command system_info > attempt',
        'command system_info > attempt',
        'attempt > command.claimed',
        'attempt > command.lapsed',
        'attempt > command.claimed',
        'attempt > command.released',
      ].toSorted(),
    );
    const lapsed = named(spans, 'command.lapsed');
    const [first, last] = spans.filter(({ name }) => name === 'attempt');
    expect(first).toMatchObject({ spanId: lapsed.parentSpanId, to: lapsed.from, isError: true });
    expect(first?.to).toBe((first?.from ?? 0n) + 1_000_000_000n);
    expect(lapsed.links).toEqual([]);
    expect(last?.facts).toMatchObject({ 'fieldgate.command.state': 'dead', 'fieldgate.command.attempt': 2 });
    expect(named(spans, 'command system_info')).toMatchObject({
      isError: true,
      facts: { 'error.type': 'attempts_used_up' },
    });
  });

  it('tell of what is changed together: a decision, and a newer command in the place of an older one', async () => {
    const change = { type: 'restart_service', parameters: { service: 'kiosk' }, dedupeKey: 'kiosk' };
    const older = await propose(admin, device.id, change);
    const newer = await propose(admin, device.id, change);
    expect(treeOf(await traceOf(older))).toEqual(
      expect.arrayContaining(['command restart_service > command.cancelled', ' > command restart_service']),
    );
    await approve(newer);
    await succeed(await claimOne());
    expect(treeOf(await traceOf(newer)).toSorted()).toEqual(
      [
        ' > command restart_service',
        'command restart_service > command.proposed',
        'command restart_service > command.decided',
        'command restart_service > command.approved',
        'command restart_service > attempt',
        'attempt > command.claimed',
        'attempt > command.finished',
      ].toSorted(),
    );
  });

  it('lead from a command that was redriven to the one that it repeats', async () => {
    const first = await propose(admin, device.id);
    await under('result', await claimOne(), { status: 'failed' });
    const { body } = await admin.post<{ id: string }>(`${customer}/commands/${first}/redrive`, {});
    await succeed(await claimOne());
    const whole = named(await traceOf(first), 'command system_info');
    expect(named(await traceOf(body.id), 'command system_info').links).toMatchObject([
      { traceId: whole.traceId, spanId: whole.spanId },
    ]);
  });

  it('put a request under the span that its traceparent names, and leave out one that is not sampled', async () => {
    const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const asked = (flags: string, requestId: string) =>
      admin
        .with({ traceparent: `00-${traceId}-${spanId}-${flags}`, 'x-request-id': requestId })
        .get(`${customer}/me?token=SECRET-QUERY`);
    await asked('00', 'unsampled');
    await asked('01', 'sampled');
    expect(await requestSpan('sampled')).toMatchObject({
      traceId,
      parentSpanId: spanId,
      name: `GET ${customer}/me`,
    });
    expect(receiver.spans().some(({ facts }) => facts['fieldgate.request.id'] === 'unsampled')).toBe(false);
    await admin.with({ traceparent: 'nonsense', 'x-request-id': 'broken' }).get(`${customer}/me`);
    expect((await requestSpan('broken')).parentSpanId).toBe('');
  });

  it('show a long poll for as long as it waited', async () => {
    await claim(device.api.with({ 'x-request-id': 'waits' }), { waitMs: 300 });
    const { name, from, to } = await requestSpan('waits');
    expect(name).toBe(claimRoute);
    expect(to - from).toBeGreaterThanOrEqual(250_000_000n);
  });

  it('show a poll whose client hung up as one that nobody answered', async () => {
    const credentials = { deviceId: device.id, deviceSecret: device.secret };
    const { body } = await admin.post<{ token: string }>('/api/v1/device/auth', credentials);
    const [gone, before] = [new AbortController(), parked];
    const poll = fetch(`${opened.url}${commands}/claim`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${body.token}`,
        'content-type': 'application/json',
        'x-request-id': 'hangs-up',
      },
      body: JSON.stringify({ waitMs: 25_000 }),
      signal: gone.signal,
    });
    await eventually(() => parked > before);
    gone.abort();
    await expect(poll).rejects.toThrow();
    expect((await requestSpan('hangs-up')).facts).not.toHaveProperty('http.response.status_code');
  });

  it('show no path that no route knows', async () => {
    await admin.with({ 'x-request-id': 'lost' }).get('/SECRET-PATH');
    const { name, facts } = await requestSpan('lost');
    expect(name).toBe('GET');
    expect(facts['http.response.status_code']).toBe(404);
  });

  it('hold no secret, no parameter and no result', async () => {
    await found(({ facts }) => facts['fieldgate.request.id'] === 'lost');
    const sent = receiver.requests.map(({ body }) => body).join('\n');
    expect(sent).not.toMatch(/SECRET-|fgt_|fgd_|fgc_|Bearer/);
    expect(sent).not.toContain(device.secret);
  });

  it('have an id each', () => {
    const own = receiver.spans().filter(({ kind }) => kind === 1);
    const ids = own.map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  async function approve(commandId: string): Promise<void> {
    const { body: me } = await admin.get<{ customerId: string }>(`${customer}/me`);
    const { body } = await admin.get<{ approval: { digest: string } }>(`${customer}/commands/${commandId}`);
    const approver = { customerId: me.customerId, role: 'approver' as const, name: 'Approver' };
    const id = randomUUID();
    await use(opened.container, AddMember).execute({
      member: { ...approver, userId: id },
      cause: { actor: { kind: 'cli', id: 'cli' }, requestId: null },
    });
    await use(opened.container, DecideCommand).execute({
      caller: {
        principal: { ...approver, kind: 'member', id, aal: 'aal2', secondFactorAt: new Date() },
        requestId: 'test',
        signIn: signedIn(id),
      },
      commandId,
      approved: true,
      digest: body.approval.digest,
      reason: null,
    });
  }
});
