import { describe, expect, it } from '@jest/globals';
import { createAgentLog } from '../../agent/agent-log.js';
import { Backoff, pause } from '../../agent/backoff.js';
import { parseCommandLine } from '../../agent/command-line.js';
import { resultOf } from '../../agent/command-result.js';
import { MachineMetrics } from '../../agent/machine-metrics.js';
import { succeeded } from '../../agent/outcome.js';
import { cleanText, maxOutputBytes, truncateText } from '../../agent/reportable.js';

describe('the back-off', () => {
  const limits = { baseMs: 100, capMs: 1_000 };

  it('doubles its ceiling up to the cap and starts over after a reset', () => {
    const backoff = new Backoff(limits, () => 1);
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('spreads a fleet over the whole interval', () => {
    expect(new Backoff(limits, () => 0).next()).toBe(0);
    expect(new Backoff(limits, () => 0.5).next()).toBe(50);
  });

  it('never comes earlier than the gateway asked, and believes ten minutes at most', () => {
    expect(new Backoff(limits, () => 0).next(7_000)).toBe(7_000);
    expect(new Backoff(limits, () => 0.5).next(7_000)).toBe(7_050);
    expect(new Backoff(limits, () => 0).next(86_400_000)).toBe(600_000);
  });

  it('stays within the cap after a thousand failures', () => {
    const backoff = new Backoff(limits, () => 1);
    for (let index = 0; index < 1_000; index += 1) expect(backoff.next()).toBeLessThanOrEqual(1_000);
  });

  it('ends a pause with the reason of the abort', async () => {
    const stopping = new AbortController();
    const waiting = pause(60_000, stopping.signal);
    stopping.abort(new Error('because'));
    await expect(waiting).rejects.toThrow('because');
    await expect(pause(1, stopping.signal)).rejects.toThrow('because');
  });
});

describe('a result', () => {
  it('holds no control characters and no halves of characters', () => {
    expect(cleanText('a\0b\u001b[31mred\r\n\ttab\ud800')).toBe('a?b?[31mred\n\ttab?');
    const result = resultOf(succeeded({ data: { list: ['x\0y'], deep: { name: '\u0007' } } }), 0, 1.4);
    expect(result).toEqual({
      ...{ status: 'succeeded', startedAt: '1970-01-01T00:00:00.000Z', durationMs: 1 },
      data: { list: ['x?y'], deep: { name: '?' } },
    });
  });

  it('is cut between characters and says so', () => {
    expect(truncateText('ééé', 6, '…')).toBe('ééé');
    expect(truncateText('éééé', 6, '…')).toBe('é…');
    const { output = '' } = resultOf(succeeded({ output: 'é'.repeat(200_000) }), 0, 0);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(maxOutputBytes);
    expect(output).toMatch(/truncated by the device\]\n$/);
  });
});

describe('metrics', () => {
  it('are finite numbers and nothing else', () => {
    const read = new MachineMetrics().read();
    for (const value of Object.values(read)) expect(Number.isFinite(value)).toBe(true);
    expect(read['memory']).toBeGreaterThan(0);
    expect(read['memory']).toBeLessThanOrEqual(1);
    expect(read['cpu']).toBeLessThanOrEqual(1);
    expect(read).toMatchObject({
      cpu: expect.any(Number),
      memory: expect.any(Number),
      uptimeMs: expect.any(Number),
    });
  });
});

describe('the log', () => {
  const logOf = (json: boolean): { lines: string[]; log: ReturnType<typeof createAgentLog> } => {
    const lines: string[] = [];
    const write = (line: string): number => lines.push(line);
    return { lines, log: createAgentLog({ level: 'info', json, deviceId: 'd-1', now: () => 0, write }) };
  };

  it('is one readable line an event, whatever a value holds', () => {
    const { lines, log } = logOf(false);
    log.info('command ended', { command: 'c-1', reason: 'two\nlines', code: null });
    log.debug('not at this level');
    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z INFO  [d-1] command ended command=c-1 reason="two\\nlines" code=null\n',
    ]);
  });

  it('is JSON when asked for', () => {
    const { lines, log } = logOf(true);
    log.warn('oh', { n: 1 });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      ...{ time: '1970-01-01T00:00:00.000Z', level: 'warn', deviceId: 'd-1', message: 'oh', n: 1 },
    });
  });
});

describe('the command line', () => {
  it('needs an address and an id and has a default for the rest', () => {
    expect(parseCommandLine(['--url', 'https://gate.example/base/', '--device-id', 'pi-1'])).toEqual({
      url: new URL('https://gate.example/base/'),
      ...{ deviceId: 'pi-1', activationCode: null, config: null, name: null, capacity: 1, logLevel: 'info' },
      transport: 'auto',
      ...{ dataDir: '.fieldgate-agent/pi-1', json: false },
    });
  });

  it('takes every option from the environment too', () => {
    const variables = {
      ...{ FIELDGATE_URL: 'http://g', FIELDGATE_DEVICE_ID: 'd', FIELDGATE_ACTIVATION_CODE: 'c' },
      ...{ FIELDGATE_DATA_DIR: '/data', FIELDGATE_CONFIG: '/c.json', FIELDGATE_NAME: 'n' },
      ...{
        FIELDGATE_TRANSPORT: 'poll',
        FIELDGATE_CAPACITY: '4',
        FIELDGATE_LOG_LEVEL: 'warn',
        FIELDGATE_JSON: 'true',
      },
    };
    Object.assign(process.env, variables);
    try {
      expect(parseCommandLine([])).toEqual({
        url: new URL('http://g'),
        ...{
          deviceId: 'd',
          activationCode: 'c',
          config: '/c.json',
          name: 'n',
          capacity: 4,
          transport: 'poll',
          logLevel: 'warn',
        },
        ...{ dataDir: '/data', json: true },
      });
      process.env['FIELDGATE_ACTIVATION_CODE'] = '';
      process.env['FIELDGATE_DATA_DIR'] = '';
      expect(parseCommandLine([])).toMatchObject({ activationCode: null, dataDir: '.fieldgate-agent/d' });
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    }
  });
});
