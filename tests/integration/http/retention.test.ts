import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PurgeHistory } from '../../../src/application/activity/purge-history.js';
import { use } from '../../../src/composition/provide.js';
import type { ApiClient, ClaimedJson, TestDevice } from '../../support/api-client.js';
import { claim, newDevice, propose, signIn, stateOf } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';

const path = '/api/v1/customer/commands';

describe('a gateway that keeps history for a day', () => {
  let opened: OpenedGateway;
  let owner: pg.Client;
  let admin: ApiClient;
  let device: TestDevice;

  beforeAll(async () => {
    opened = await openGateway({
      environment: { RETENTION_COMMANDS_DAYS: '1', RETENTION_ACTIVITY_DAYS: '1' },
    });
    owner = new pg.Client({ connectionString: opened.config.DATABASE_URL });
    await owner.connect();
    admin = await signIn(opened.url);
    device = await newDevice(admin);
  });
  afterAll(async () => {
    await owner.end();
    await opened.close();
  });

  const purge = () => use(opened.container, PurgeHistory).execute();

  /** The purge as it would be so many days from now, by the clock of the record. */
  async function purgeIn(days: number) {
    const clock = (later: string) =>
      owner.query(
        `create or replace function fieldgate.clock_now() returns timestamptz language sql stable parallel safe
         return pg_catalog.date_trunc('milliseconds', pg_catalog.now()${later})`,
      );
    await clock(` + interval '${String(days)} days'`);
    try {
      return await purge();
    } finally {
      await clock('');
    }
  }

  async function run(): Promise<ClaimedJson> {
    await propose(admin, device.id);
    const [command] = await claim(device.api);
    if (command === undefined) throw new Error('nothing was there to claim');
    const { id, claimToken } = command;
    const answer = await device.api.post(`/api/v1/device/commands/${id}/result`, {
      claimToken,
      status: 'succeeded',
    });
    expect(answer.status).toBe(200);
    return command;
  }

  it('forgets what ended before, keeps what is open, and what was made from what is gone', async () => {
    const ended = await run();
    const redriven = await admin.post<{ id: string }>(`${path}/${ended.id}/redrive`);
    expect(redriven.status).toBe(201);
    expect((await purge()).commands).toBe(0);
    expect(await stateOf(admin, ended.id)).toBe('succeeded');

    const purged = await purgeIn(2);
    expect(purged.commands).toBe(1);
    expect(purged.entries).toBeGreaterThan(3);
    expect((await admin.get(`${path}/${ended.id}`)).status).toBe(404);
    expect((await admin.get(`${path}/${redriven.body.id}`)).body).toMatchObject({
      state: 'queued',
      redriveOf: ended.id,
    });
    const late = await device.api.post(`/api/v1/device/commands/${ended.id}/result`, {
      claimToken: ended.claimToken,
      status: 'succeeded',
    });
    expect([late.status, late.body['code']]).toEqual([404, 'command_not_found']);
    expect(await purgeIn(2)).toEqual({ sessions: 0, commands: 0, entries: 0 });
  });
});
