import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { SignIn } from '../../src/domain/customer/sign-in.js';
import { LocalPeopleDirectory } from '../../src/infrastructure/local-identity/local-people-directory.js';
import { LocalSignInLiveness } from '../../src/infrastructure/local-identity/local-sign-in-liveness.js';
import { SupabasePeopleDirectory } from '../../src/infrastructure/supabase/supabase-people-directory.js';
import { SupabaseSignInLiveness } from '../../src/infrastructure/supabase/supabase-sign-in-liveness.js';
import { StandInAuthServer } from '../support/stand-in-auth-server.js';
import { openLocalAuthServer } from './local-auth-server.js';
import { describePeopleDirectoryContract } from './people-directory.contract.js';
import { describeSignInLivenessContract } from './sign-in-liveness.contract.js';

const password = 'correct horse battery';
const stranger = (signIn: SignIn): SignIn =>
  new SignIn({ userId: randomUUID(), sessionId: signIn.sessionId }, signIn.revealAccessToken());

async function openLocal() {
  const local = await openLocalAuthServer();
  const addPerson = async (email: string): Promise<string> => {
    const { userId } = await local.addPerson({ email, password, name: 'Ada' });
    return userId;
  };
  return {
    liveness: new LocalSignInLiveness(local.sessions),
    people: new LocalPeopleDirectory(local.accounts),
    invites: false,
    addPerson,
    signIn: async () => {
      const email = `${randomUUID()}@example.com`;
      const userId = await addPerson(email);
      const session = await local.auth.signIn(email, password);
      if (session === 'invalid_credentials') throw new Error('the new person could not sign in');
      const { session_id: sessionId } = decodeJwt<{ session_id: string }>(session.accessToken);
      return new SignIn({ userId, sessionId }, session.accessToken);
    },
    signOut: async (signIn: SignIn) => {
      await local.auth.signOut(signIn.revealAccessToken(), 'local');
    },
    passOff: stranger,
    cutOff: () => local.cutOff(),
    reconnect: () => local.reconnect(),
    close: () => local.close(),
  };
}

async function openSupabase() {
  const server = await StandInAuthServer.open();
  const access = { url: server.url, secretKey: server.secretKey, requestId: () => undefined };
  const addPerson = (email: string) => Promise.resolve(server.addUser(email));
  return {
    liveness: new SupabaseSignInLiveness(access),
    people: new SupabasePeopleDirectory(access),
    invites: true,
    addPerson,
    signIn: async () => {
      const userId = server.addUser(`${randomUUID()}@example.com`);
      const { token, sessionId } = await server.signIn(userId);
      return new SignIn({ userId, sessionId }, token);
    },
    signOut: (signIn: SignIn) => {
      server.signOut(signIn.sessionId ?? '');
      return Promise.resolve();
    },
    passOff: stranger,
    cutOff: () => {
      // It takes the question, and never answers.
      server.ill = () => undefined;
      return Promise.resolve();
    },
    reconnect: () => {
      server.ill = null;
      return Promise.resolve();
    },
    close: () => server.close(),
  };
}

describeSignInLivenessContract('LocalSignInLiveness', openLocal);
describeSignInLivenessContract('SupabaseSignInLiveness', openSupabase);
describePeopleDirectoryContract('LocalPeopleDirectory', openLocal);
describePeopleDirectoryContract('SupabasePeopleDirectory', openSupabase);
