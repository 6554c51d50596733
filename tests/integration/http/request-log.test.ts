import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import type { LogLine, OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { provide } from '../../../src/composition/provide.js';
import { GRANT_SIGNER } from '../../../src/composition/tokens.js';

const broken = '/.well-known/fieldgate-keys.json';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A gateway whose key set is broken, from its start until the end of the work. */
async function withGateway(
  environment: Readonly<Record<string, string>>,
  work: (gateway: OpenedGateway) => Promise<void>,
): Promise<void> {
  const gateway = await openGateway({
    environment,
    override: (container) => {
      provide(container, GRANT_SIGNER, () => ({
        sign: () => Promise.reject(new Error('not needed here')),
        successions: () => [],
        publicKeys: () => {
          throw new Error('the keys are broken');
        },
      }));
    },
  });
  try {
    await work(gateway);
  } finally {
    await gateway.close();
  }
}

/** Requests one after the other on one connection each; the last one is refused, and its line ends the wait. */
async function linesOf({ url, log }: OpenedGateway, paths: readonly string[], last: string) {
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  for (const [n, path] of paths.entries()) {
    await fetch(`${url}${path}`, { headers: { 'x-request-id': `r-${String(n)}`, traceparent } });
  }
  const ofRequests = () => log.filter((line) => String(line['requestId']).startsWith('r-'));
  await eventually(() => expect(ofRequests().map((line) => line['msg'])).toContain(last));
  return ofRequests().map(({ msg, requestId, traceId: trace, status }: LogLine) => ({
    msg,
    requestId,
    trace,
    status,
  }));
}

const failed = { msg: 'the request failed', trace: traceId };
const line = (requestId: string, status: number) => ({ msg: 'request', requestId, trace: traceId, status });

describe('the log of requests', () => {
  it('leaves out what went well, where only errors are wanted, and keeps every id', async () => {
    await withGateway({ LOG_REQUESTS: 'errors' }, async (gateway) => {
      const lines = await linesOf(gateway, ['/healthz', broken, '/version', '/nowhere'], 'request');
      await eventually(() => expect(gateway.log.filter(({ msg }) => msg === 'request')).toHaveLength(2));
      expect(lines).toContainEqual(expect.objectContaining({ ...failed, requestId: 'r-1' }));
      const requests = gateway.log.filter(({ msg }) => msg === 'request');
      expect(requests.map(({ requestId, status }) => [requestId, status])).toEqual([
        ['r-1', 500],
        ['r-3', 404],
      ]);
    });
  });

  it('keeps a share of what went well, and all of the rest', async () => {
    await withGateway({ LOG_REQUESTS: '0.5' }, async (gateway) => {
      const paths = [...Array.from({ length: 64 }, () => '/healthz'), '/nowhere'];
      await linesOf(gateway, paths, 'request');
      await eventually(() =>
        expect(gateway.log.filter(({ status }) => status === 404)).toMatchObject([{ requestId: 'r-64' }]),
      );
      const served = gateway.log.filter(({ status }) => status === 200).length;
      expect(served).toBeGreaterThan(0);
      expect(served).toBeLessThan(64);
    });
  });

  it('says what went wrong under the id of the request, even where no request is wanted', async () => {
    await withGateway({ LOG_REQUESTS: 'none' }, async (gateway) => {
      const lines = await linesOf(gateway, ['/healthz', '/nowhere', broken], failed.msg);
      expect(lines).toEqual([expect.objectContaining({ ...failed, requestId: 'r-2' })]);
    });
  });

  it('has a line for every request, with its trace, when nothing else is said', async () => {
    await withGateway({}, async (gateway) => {
      const paths = ['/healthz', '/version', '/nowhere'];
      await linesOf(gateway, paths, 'request');
      await eventually(async () => {
        const lines = await linesOf(gateway, [], 'request');
        expect(lines).toEqual([line('r-0', 200), line('r-1', 200), line('r-2', 404)]);
      });
    });
  });
});
