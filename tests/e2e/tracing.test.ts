import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, newDevice, propose, signIn, signInDevice } from '../support/api-client.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, startGatewayProcess } from '../support/gateway-process.js';
import type { TestDatabase } from '../support/postgres.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TraceReceiver } from '../support/trace-receiver.js';
import { startTraceReceiver } from '../support/trace-receiver.js';

const tellingOfModules = [
  '--import',
  join(import.meta.dirname, '..', 'support', 'loaded-modules.mjs'),
  join(builtFolder, 'src', 'main.js'),
];
const modulesOf = (gateway: GatewayProcess): readonly string[] =>
  [...gateway.output().matchAll(/^loaded (.+)$/gm)].map(([, url = '']) => url);

describe('a gateway process', () => {
  let database: TestDatabase;
  let dataDir: string;
  let receiver: TraceReceiver;

  beforeAll(async () => {
    [database, dataDir, receiver] = await Promise.all([
      createTestDatabase(),
      mkdtemp(join(tmpdir(), 'fieldgate-traces-')),
      startTraceReceiver(),
    ]);
  });
  afterAll(async () => {
    await receiver.close();
    await Promise.all([database.drop(), rm(dataDir, { recursive: true, force: true })]);
  });

  const start = (env: Readonly<Record<string, string>> = {}, program?: readonly string[]) =>
    startGatewayProcess({
      dataDir,
      env: { DATABASE_URL: database.url, ...env },
      ...(program && { program }),
    });

  /** Longer than the test: whatever comes in was sent because the gateway stopped. */
  const tracing = () => ({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/somewhere`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=gate-7',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_SERVICE_NAME: 'the-gate',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
  });

  it('loads nothing of OpenTelemetry when no exporter is configured, from its start to its stop', async () => {
    const gateway = await start({ OTEL_SERVICE_NAME: 'the-gate' }, tellingOfModules);
    const admin = await signIn(gateway.url);
    const device = await newDevice(admin);
    const id = await propose(admin, device.id);
    const [claimed] = await claim(device.api);
    await device.api.post(`/api/v1/device/commands/${id}/result`, {
      claimToken: claimed?.claimToken,
      status: 'succeeded',
    });
    expect(await gateway.stop()).toBe(0);
    const modules = modulesOf(gateway);
    expect(modules.some((url) => url.includes('/node_modules/fastify/'))).toBe(true);
    expect(modules.filter((url) => url.includes('opentelemetry'))).toEqual([]);
  });

  it('hangs the spans of a command together with those of another process, and sends them when it stops', async () => {
    const first = await start(tracing(), tellingOfModules);
    const admin = await signIn(first.url);
    const device = await newDevice(admin);
    const id = await propose(admin, device.id);
    const [claimed] = await claim(device.api);
    expect(await first.stop()).toBe(0);
    expect(modulesOf(first).some((url) => url.includes('opentelemetry'))).toBe(true);

    const second = await start(tracing());
    const again = await signInDevice(second.url, device.id, device.secret);
    const { status } = await again.post(`/api/v1/device/commands/${id}/result`, {
      claimToken: claimed?.claimToken,
      status: 'succeeded',
    });
    expect(status).toBe(200);
    expect(await second.stop()).toBe(0);

    const spans = receiver.spans().filter(({ traceId }) => traceId === id.replaceAll('-', ''));
    const under = (parent: string) =>
      spans
        .filter(({ parentSpanId }) => parentSpanId === spans.find(({ name }) => name === parent)?.spanId)
        .map(({ name }) => name)
        .toSorted();
    expect(under('command system_info')).toEqual(['attempt', 'command.proposed']);
    expect(under('attempt')).toEqual(['command.claimed', 'command.finished']);
    const instances = new Set(spans.map(({ resource }) => resource['service.instance.id']));
    expect(instances.size).toBe(2);
    expect(spans[0]?.resource).toMatchObject({
      'service.name': 'the-gate',
      'deployment.environment.name': 'test',
    });
    expect(receiver.requests[0]).toMatchObject({ path: '/somewhere', headers: { 'x-tenant': 'gate-7' } });
  }, 120_000);

  it('speaks protobuf unless it is told otherwise', async () => {
    const own = await startTraceReceiver();
    const gateway = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: own.url });
    expect(await gateway.stop()).toBe(0);
    expect(own.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf' },
      body: expect.stringContaining('GET /readyz'),
    });
    await own.close();
  });
});
