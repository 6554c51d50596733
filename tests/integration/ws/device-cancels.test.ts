import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide, use } from '../../../src/composition/provide.js';
import { COMMAND_LEDGER } from '../../../src/composition/tokens.js';
import type { ApiClient, TestDevice } from '../../support/api-client.js';
import { newDevice, propose, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import type { SocketClient } from '../../support/socket-client.js';
import { connectDevice, pushed } from './device-line.js';

let opened: OpenedGateway;
let admin: ApiClient;
let device: TestDevice;
let line: SocketClient;
/** Holds up, once, whoever changed a command, between the record and the answer. */
let afterRecorded: (() => Promise<void>) | null = null;

beforeEach(async () => {
  opened = await openGateway({
    override: (container) => {
      const ledger = use(container, COMMAND_LEDGER);
      provide(container, COMMAND_LEDGER, () => ({
        change: async (...asked) => {
          const answer = await ledger.change(...asked);
          const happen = afterRecorded;
          afterRecorded = null;
          await happen?.();
          return answer;
        },
      }));
    },
  });
  admin = await signIn(opened.url);
  device = await newDevice(admin);
  line = await connectDevice(opened.url, device);
});
afterEach(async () => {
  await line.close();
  await opened.close();
});

describe('a command that is called off while it is pushed', () => {
  it('is told of after the device got it, even though it was told of before', async () => {
    const id = await propose(admin, device.id);
    afterRecorded = async () => {
      await admin.post(`/api/v1/customer/commands/${id}/cancel`);
      await line.next({ type: 'cancel' });
    };
    await line.ask({ type: 'ready', capacity: 1 });
    expect((await pushed(line)).command).toMatchObject({ id, cancelRequested: false });
    expect(await line.next({ type: 'cancel' })).toEqual({ type: 'cancel', commandId: id });
  });
});
