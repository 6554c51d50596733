import type { DependencyContainer } from 'tsyringe';
import { ProposalRecorder } from '../application/command/proposal-recorder.js';
import { AddMember } from '../application/customer/add-member.js';
import { AuthenticateMember } from '../application/customer/authenticate-member.js';
import { AuthenticateServiceAccount } from '../application/customer/authenticate-service-account.js';
import { ChangeMember } from '../application/customer/change-member.js';
import { CreateApiKey } from '../application/customer/create-api-key.js';
import { EnrolMember } from '../application/customer/enrol-member.js';
import { ListApiKeys } from '../application/customer/list-api-keys.js';
import { ListMembers } from '../application/customer/list-members.js';
import { RemoveMember } from '../application/customer/remove-member.js';
import { RevokeApiKey } from '../application/customer/revoke-api-key.js';
import { CreateCustomer } from '../application/customer/create-customer.js';
import { CloseSession } from '../application/session/close-session.js';
import { ExpireSessions } from '../application/session/expire-sessions.js';
import { GetSession } from '../application/session/get-session.js';
import { ListSessions } from '../application/session/list-sessions.js';
import { ReadSessionTimeline } from '../application/session/read-session-timeline.js';
import { OpenSession } from '../application/session/open-session.js';
import { ProposeInSession } from '../application/command/propose-in-session.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/** The verbs of customers, their people, sessions and logs. */
export function provideCustomerUseCases(container: DependencyContainer): void {
  provideSessions(container);
  provideCustomers(container);
}

function provideSessions(container: DependencyContainer): void {
  const sessions = (c: DependencyContainer) => use(c, port.SESSION_DIRECTORY);
  const work = (c: DependencyContainer) => use(c, port.UNIT_OF_WORK);
  const follower = (c: DependencyContainer) => use(c, port.DISPATCH_FOLLOWER);
  provide(container, OpenSession, (c) => new OpenSession(work(c), follower(c)));
  provide(container, CloseSession, (c) => new CloseSession(work(c), follower(c)));
  provide(container, ExpireSessions, (c) => new ExpireSessions(sessions(c), work(c), follower(c)));
  provide(container, ListSessions, (c) => new ListSessions(sessions(c)));
  provide(
    container,
    ReadSessionTimeline,
    (c) => new ReadSessionTimeline(sessions(c), use(c, port.ACTIVITY_LOG)),
  );
  provide(container, GetSession, (c) => new GetSession(sessions(c), use(c, port.COMMAND_RECORDS)));
  provide(container, ProposeInSession, (c) => new ProposeInSession(sessions(c), use(c, ProposalRecorder)));
}

function provideCustomers(container: DependencyContainer): void {
  const work = (c: DependencyContainer) => use(c, port.UNIT_OF_WORK);
  const secrets = (c: DependencyContainer) => use(c, port.SECRETS);
  const liveness = (c: DependencyContainer) => use(c, port.SIGN_IN_LIVENESS);
  const follower = (c: DependencyContainer) => use(c, port.DISPATCH_FOLLOWER);
  const keys = (c: DependencyContainer) => use(c, port.API_KEYS);
  provide(
    container,
    AuthenticateMember,
    (c) => new AuthenticateMember(use(c, port.IDENTITY_VERIFIER), use(c, port.MEMBER_DIRECTORY)),
  );
  provide(
    container,
    AuthenticateServiceAccount,
    (c) => new AuthenticateServiceAccount(keys(c), secrets(c), use(c, port.CLOCK)),
  );
  provide(container, CreateCustomer, (c) => new CreateCustomer(work(c), use(c, port.IDS)));
  provide(container, AddMember, (c) => new AddMember(work(c), follower(c)));
  provide(container, ListMembers, (c) => new ListMembers(use(c, port.MEMBER_DIRECTORY)));
  provide(
    container,
    EnrolMember,
    (c) => new EnrolMember(work(c), liveness(c), use(c, port.PEOPLE_DIRECTORY)),
  );
  provide(container, ChangeMember, (c) => new ChangeMember(work(c), liveness(c), follower(c)));
  provide(container, RemoveMember, (c) => new RemoveMember(work(c), liveness(c), follower(c)));
  provide(container, ListApiKeys, (c) => new ListApiKeys(keys(c)));
  provide(container, CreateApiKey, (c) => new CreateApiKey(work(c), liveness(c), secrets(c)));
  provide(container, RevokeApiKey, (c) => new RevokeApiKey(work(c), liveness(c), follower(c)));
}
