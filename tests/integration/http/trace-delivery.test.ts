import { afterEach, describe, expect, it } from '@jest/globals';
import { claim, newDevice, propose, signIn } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/gateway-process.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { TraceReceiver } from '../../support/trace-receiver.js';
import { startTraceReceiver } from '../../support/trace-receiver.js';

// The exporter reads it by itself. Its default of ten seconds would outlast the tests.
process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '1000';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function gatewayTracingTo(url: string, environment: Readonly<Record<string, string>> = {}) {
  const opened = await openGateway({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '10',
      ...environment,
    },
  });
  open.push(() => opened.close());
  return opened;
}

async function receiverThatAnswers(answer: number | 'nothing'): Promise<TraceReceiver> {
  const receiver = await startTraceReceiver();
  open.push(() => receiver.close());
  receiver.answerWith(answer);
  return receiver;
}

const linesOf = ({ log }: OpenedGateway, message: string) => log.filter(({ msg }) => msg === message);

async function work({ url }: OpenedGateway): Promise<void> {
  const admin = await signIn(url);
  const device = await newDevice(admin);
  const id = await propose(admin, device.id);
  const [claimed] = await claim(device.api);
  const { status } = await device.api.post(`/api/v1/device/commands/${id}/result`, {
    claimToken: claimed?.claimToken,
    status: 'succeeded',
  });
  expect(status).toBe(200);
}

describe('a gateway whose spans nobody takes', () => {
  it('warns once that they are refused, and says when they are taken again', async () => {
    const receiver = await receiverThatAnswers(400);
    const opened = await gatewayTracingTo(receiver.url);
    await work(opened);
    const before = receiver.requests.length;
    await fetch(`${opened.url}/version`);
    await eventually(() => receiver.requests.length > before);
    await eventually(() => linesOf(opened, 'traces cannot be delivered').length > 0);
    receiver.answerWith(200);
    await fetch(`${opened.url}/version`);
    await eventually(() => linesOf(opened, 'traces are delivered again').length > 0);
    expect(linesOf(opened, 'traces cannot be delivered')).toHaveLength(1);
  });

  it('works as ever while the receiver is away', async () => {
    const opened = await gatewayTracingTo(`http://127.0.0.1:${String(await freePort())}`, {
      SHUTDOWN_GRACE_MS: '800',
    });
    await work(opened);
    await work(opened);
  });

  it('works as ever while the receiver does not answer, and does not wait for it when it stops', async () => {
    const receiver = await receiverThatAnswers('nothing');
    const opened = await gatewayTracingTo(receiver.url, { SHUTDOWN_GRACE_MS: '4000' });
    await work(opened);
    await eventually(() => receiver.requests.length > 0);
    const began = performance.now();
    await opened.stop();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(linesOf(opened, 'stopped').at(-1)).toMatchObject({ stage: 'traces' });
  });

  it('forgets what is too much, rather than keep it', async () => {
    const receiver = await receiverThatAnswers('nothing');
    const opened = await gatewayTracingTo(receiver.url, {
      SHUTDOWN_GRACE_MS: '800',
      OTEL_BSP_MAX_QUEUE_SIZE: '4',
    });
    for (let asked = 0; asked < 50; asked += 1) {
      expect((await fetch(`${opened.url}/version`)).status).toBe(200);
    }
    await opened.stop();
    // What was on its way, and what was kept until the stop.
    expect(receiver.spans().length).toBeGreaterThan(0);
    expect(receiver.spans().length).toBeLessThanOrEqual(8);
  });
});
