import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { use } from '../../../src/composition/provide.js';
import { UNIT_OF_WORK } from '../../../src/composition/tokens.js';
import { eventually } from '../../support/eventually.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { SocketClient } from '../../support/socket-client.js';
import { StandInAuthServer } from '../../support/stand-in-auth-server.js';

describe('the connection of a person whose sign-in Supabase knows', () => {
  const customerId = randomUUID();
  let auth: StandInAuthServer;
  let opened: OpenedGateway;

  beforeAll(async () => {
    auth = await StandInAuthServer.open();
    opened = await openGateway({
      environment: { SUPABASE_URL: auth.url, SUPABASE_SECRET_KEY: auth.secretKey, SOCKET_PING_MS: '1000' },
    });
    await use(opened.container, UNIT_OF_WORK).run(async ({ members, now }) => {
      await members.addCustomer({ id: customerId, name: 'Company', createdAt: now });
    });
  });
  afterAll(async () => {
    await opened.close();
    await auth.close();
  });

  async function connected() {
    const userId = auth.addUser(`${randomUUID()}@test.example`);
    await use(opened.container, UNIT_OF_WORK).run(async ({ members }) => {
      await members.putMember({ customerId, userId, name: 'Ada', role: 'viewer' });
    });
    const { token, sessionId } = await auth.signIn(userId);
    const client = await SocketClient.open(opened.url, '/ws/customer', { authorization: `Bearer ${token}` });
    await client.next({ type: 'welcome' });
    return { userId, sessionId, client };
  }

  const asked = (): number => auth.asked.filter(({ what }) => what === 'GET /auth/v1/user').length;

  it('is asked after with every other ping, and closed with 4401 when it was signed out or banned', async () => {
    const [gone, banned, there] = [await connected(), await connected(), await connected()];
    auth.signOut(gone.sessionId);
    auth.ban(banned.userId);
    expect((await gone.client.ended).code).toBe(4401);
    expect((await banned.client.ended).code).toBe(4401);
    expect(await there.client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    await there.client.close();
  });

  it('stays while nobody can say anything about it', async () => {
    const { client } = await connected();
    auth.ill = (response) => response.writeHead(500).end();
    const before = asked();
    await eventually(() => asked() >= before + 2);
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    auth.ill = null;
    await client.close();
  });
});
