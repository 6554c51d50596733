import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { ConfigError, readConfig } from '../../../src/composition/config.js';

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the configuration', () => {
  it('needs nothing, and then keeps to this machine', () => {
    expect(readConfig({})).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', SHUTDOWN_NOTICE_MS: 1_000 });
    expect(readConfig({ DATABASE_URL: 'postgres://db/x' }).HOST).toBe('0.0.0.0');
  });

  it.each([
    ['0', 0],
    ['500', 100],
    ['1000', 200],
    ['30000', 1_000],
  ])('with a grace of %s ms gives notice for %i ms of it, when nothing else is said', (grace, notice) => {
    expect(readConfig({ SHUTDOWN_GRACE_MS: grace }).SHUTDOWN_NOTICE_MS).toBe(notice);
  });

  it('refuses a notice that leaves no time to stop', () => {
    const problems = problemsOf({ SHUTDOWN_GRACE_MS: '2000', SHUTDOWN_NOTICE_MS: '2000' });
    expect(problems).toEqual([expect.stringContaining('SHUTDOWN_NOTICE_MS')]);
  });

  it.each([
    'postgres:///fieldgate?host=/var/run/postgresql',
    'postgres://user:pw@%2Fvar%2Frun%2Fpostgresql/fieldgate',
    'postgresql://[::1]:5432/fieldgate?sslmode=require',
  ])('takes %s as a database', (DATABASE_URL) => {
    expect(readConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['', false],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback,uniquelocal', ['loopback', 'uniquelocal']],
  ])('reads TRUST_PROXY=%s', (TRUST_PROXY, expected) => {
    expect(readConfig({ TRUST_PROXY }).TRUST_PROXY).toEqual(expected);
  });

  it.each(['1', '10.0.0.0/33', 'true,10.0.0.0/8', 'proxy.example'])(
    'refuses TRUST_PROXY=%s',
    (TRUST_PROXY) => {
      expect(problemsOf({ TRUST_PROXY })).toEqual([expect.stringContaining('TRUST_PROXY')]);
    },
  );

  it.each([
    ['', 1],
    ['all', 1],
    ['errors', 0],
    ['0.01', 0.01],
    ['1', 1],
    ['none', null],
  ])('reads LOG_REQUESTS=%s', (LOG_REQUESTS, expected) => {
    expect(readConfig({ LOG_REQUESTS }).LOG_REQUESTS).toBe(expected);
  });

  it.each(['1.5', '-1', '50%', 'some', '1e-2'])('refuses LOG_REQUESTS=%s', (LOG_REQUESTS) => {
    expect(problemsOf({ LOG_REQUESTS })).toEqual([expect.stringContaining('LOG_REQUESTS')]);
  });

  it('takes an Ed25519 private key as a JWK, and nothing that only looks like one', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const jwk = privateKey.export({ format: 'jwk' });
    expect(problemsOf({ GRANT_SIGNING_KEY: JSON.stringify(jwk) })).toEqual([]);
    expect(problemsOf({ GRANT_SIGNING_KEY: JSON.stringify({ signing: 'id', keys: [jwk] }) })).toEqual([]);
    for (const wrong of [
      '{"d"}',
      '[]',
      'null',
      JSON.stringify({ ...jwk, d: undefined }),
      JSON.stringify({ signing: 'id', keys: [] }),
      JSON.stringify({ signing: 'id', keys: [{ ...jwk, d: undefined }] }),
      JSON.stringify({ ...jwk, d: 'x' }),
    ]) {
      expect(problemsOf({ GRANT_SIGNING_KEY: wrong })).toEqual([
        expect.stringContaining('GRANT_SIGNING_KEY'),
      ]);
    }
  });
});

describe('the configuration of traces', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

  it.each([
    {},
    { OTEL_SERVICE_NAME: 'gate', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { ...endpoint, OTEL_SDK_DISABLED: 'true', OTEL_TRACES_SAMPLER: 'nonsense' },
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ])('is none with %j, and nothing is wrong with that', (variables) => {
    expect(readConfig(variables).traces).toBeNull();
  });

  it('takes the general address for all signals, and the one for traces as it is', () => {
    expect(readConfig(endpoint).traces).toMatchObject({
      url: 'http://collector:4318/v1/traces',
      protocol: 'http/protobuf',
      sampler: 'parentbased_always_on',
      ratio: 1,
    });
    const own = { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/otlp' };
    expect(readConfig(own).traces).toMatchObject({ url: 'https://traces.example/otlp' });
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_TRACES_EXPORTER: 'zipkin' },
    { OTEL_SDK_DISABLED: 'perhaps' },
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    { OTEL_TRACES_SAMPLER_ARG: '2' },
    { OTEL_BSP_MAX_QUEUE_SIZE: '0' },
  ])('refuses %j', (wrong) => {
    const [name = ''] = Object.keys(wrong);
    expect(problemsOf({ ...endpoint, ...wrong })).toEqual([expect.stringContaining(name)]);
  });
});
