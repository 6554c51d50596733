import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { DISPATCH_QUEUE } from '../../../src/composition/tokens.js';
import { use } from '../../../src/composition/provide.js';
import type { ApiClient, ClaimedJson, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

describe('the metrics of a gateway at work', () => {
  let opened: OpenedGateway;
  let admin: ApiClient;
  let device: TestDevice;

  beforeAll(async () => {
    opened = await openGateway({ environment: { METRICS_PORT: '0' } });
    admin = await signIn(opened.url);
    device = await newDevice(admin);
  });
  afterAll(() => opened.close());

  async function scrape(): Promise<string> {
    const port = opened.log.find(({ msg }) => msg === 'metrics are served')?.['port'];
    const answer = await fetch(`http://127.0.0.1:${String(port)}/metrics`);
    expect(answer.status).toBe(200);
    return answer.text();
  }
  const read = async (series: string): Promise<number> => {
    const line = (await scrape()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? 0 : Number(line.slice(series.length + 1));
  };
  const rise = async (series: string, work: () => Promise<unknown>): Promise<number> => {
    const before = await read(series);
    await work();
    return (await read(series)) - before;
  };
  const one = async (body: object = {}): Promise<ClaimedJson> => {
    const [command] = await claim(device.api, body);
    if (command === undefined) throw new Error('nothing was there to claim');
    return command;
  };
  const report = ({ id, claimToken }: ClaimedJson) =>
    device.api.post(`/api/v1/device/commands/${id}/result`, { claimToken, status: 'succeeded' });
  const within = { withinMs: 10_000, everyMs: 100 };

  it('show a claim: how long the command waited, how long the call took, and what shared a commit', async () => {
    const cycle = async () => {
      await propose(admin, device.id);
      expect((await report(await one())).status).toBe(200);
    };
    expect(await rise('fieldgate_claim_latency_seconds_count', cycle)).toBe(1);
    const calls = 'fieldgate_claim_call_duration_seconds_count';
    expect(await rise(`${calls}{waits="no",outcome="claimed"}`, cycle)).toBe(1);
    expect(await rise(`${calls}{waits="no",outcome="empty"}`, () => claim(device.api))).toBe(1);
    expect(await rise(`${calls}{waits="yes",outcome="empty"}`, () => claim(device.api, { waitMs: 1 }))).toBe(
      1,
    );
    for (const kind of ['command.proposed', 'command.claimed', 'command.finished']) {
      expect(await rise(`fieldgate_activity_entries_total{kind="${kind}"}`, cycle)).toBe(1);
    }
    expect(await rise('fieldgate_group_commit_batch_size_sum{kind="proposals"}', cycle)).toBe(1);
    expect(await rise('fieldgate_group_commit_batch_size_sum{kind="ledger"}', cycle)).toBe(2);
    expect(await rise('fieldgate_group_commit_wait_seconds_count{kind="ledger"}', cycle)).toBe(2);
  });

  it('show a lapse, and the write that came under the superseded claim', async () => {
    const id = await propose(admin, device.id, { maxAttempts: 2 });
    const refused = 'fieldgate_device_writes_refused_total{code="claim_superseded"}';
    const lapsed = async () => {
      const first = await one({ visibilityTimeoutMs: 1_000 });
      const second = await eventually(async () => one({ visibilityTimeoutMs: 1_000 }), within);
      expect([first.id, second.id, second.attempt]).toEqual([id, id, 2]);
      expect(await rise(refused, () => report(first))).toBe(1);
    };
    expect(await rise('fieldgate_lapses_total', lapsed)).toBe(1);
    const dies = async () =>
      eventually(async () => expect(await stateOf(admin, id)).toBe('dead'), within).then(() =>
        // Reading tells what time has moved; that it is written down is the sweeper's work.
        eventually(
          async () => expect(await read('fieldgate_commands_dead_total')).toBeGreaterThan(0),
          within,
        ),
      );
    expect(await rise('fieldgate_commands_dead_total', dies)).toBe(1);
  });

  it('show ids that the dispatch store offered and the record did not confirm', async () => {
    const id = await propose(admin, device.id);
    expect((await report(await one())).status).toBe(200);
    const stale = async () => {
      await use(opened.container, DISPATCH_QUEUE).place([
        { kind: 'offer', deviceId: device.id, commandId: id, rank: 1, delayMs: 0, dueInMs: null },
      ]);
      expect(await claim(device.api)).toEqual([]);
    };
    expect(await rise('fieldgate_ids_unconfirmed_total', stale)).toBe(1);
  });

  it('show what the reconciler placed after the dispatch store had lost its memory', async () => {
    const id = await propose(admin, device.id);
    const forget = async () => {
      await use(opened.container, DISPATCH_QUEUE).beginRebuild('somebody who died');
      await eventually(
        async () => expect(await read('fieldgate_commands_rebuilt_total')).toBeGreaterThan(0),
        within,
      );
    };
    expect(await rise('fieldgate_commands_rebuilt_total', forget)).toBe(1);
    const command = await one();
    expect([command.id, (await report(command)).status]).toEqual([id, 200]);
  });

  it('count what is open in the whole fleet, by state, and forget what has ended', async () => {
    await propose(admin, device.id, { type: 'restart_service', parameters: { service: 'kiosk' } });
    await propose(admin, device.id, { priority: -10 });
    await propose(admin, device.id);
    await one();
    const counts = { awaiting_approval: 1, queued: 1, claimed: 1, unknown_outcome: 0 };
    await eventually(async () => {
      for (const [state, count] of Object.entries(counts)) {
        expect([state, await read(`fieldgate_commands{state="${state}"}`)]).toEqual([state, count]);
      }
    }, within);
    expect(await read('fieldgate_command_oldest_age_seconds{state="awaiting_approval"}')).toBeGreaterThan(0);
  });

  it('name no device, no command and no customer', async () => {
    const text = await scrape();
    expect(text).not.toContain(device.id);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('show who is connected, what they say, and how they leave', async () => {
    const url = `${opened.url.replace('http', 'ws')}/ws/customer`;
    const path = 'path="/ws/customer"';
    const socket = new WebSocket(url, { headers: admin.headers });
    await once(socket, 'message');
    expect(await read(`fieldgate_sockets_open{${path}}`)).toBe(1);
    const answered = (type: string, outcome: string) =>
      `fieldgate_socket_message_duration_seconds_count{${path},type="${type}",outcome="${outcome}"}`;
    const say = async (message: object): Promise<void> => {
      socket.send(JSON.stringify(message));
      await once(socket, 'message');
    };
    expect(await rise(answered('ping', 'ok'), () => say({ type: 'ping' }))).toBe(1);
    expect(await rise(answered('unknown', 'invalid_request'), () => say({ type: 'whatever' }))).toBe(1);
    socket.close(4000);
    await eventually(async () => (await read(`fieldgate_sockets_open{${path}}`)) === 0, within);
    expect(await read(`fieldgate_sockets_closed_total{${path},code="other"}`)).toBe(1);
  });
});
