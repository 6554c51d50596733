import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DecideCommand } from '../../../src/application/approval/decide-command.js';
import { AddMember } from '../../../src/application/customer/add-member.js';
import { use } from '../../../src/composition/provide.js';
import type { Principal } from '../../../src/domain/customer/principal.js';
import type { ApiClient, Json, TestDevice } from '../../support/api-client.js';
import { newDevice, signIn } from '../../support/api-client.js';
import type { OpenedGateway } from '../../support/http/open-gateway.js';
import { openGateway } from '../../support/http/open-gateway.js';
import { believeSignIns, signedIn } from '../../support/signed-in.js';

export const path = '/api/v1/customer';
export const change = { type: 'restart_service', parameters: { service: 'kiosk' } };

export interface Entry extends Json {
  readonly seq: number;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly data: Json;
  readonly requestId: string | null;
}

/** The operator's command line, for what is made past the doors. */
export const byHand = { actor: { kind: 'cli', id: 'cli' }, requestId: null } as const;

export type MadePerson = Extract<Principal, { kind: 'member' }>;

/** A gateway whose log is looked at, with an admin, a device, and people who are known to it alone. */
export interface LoggedWorld {
  readonly opened: OpenedGateway;
  /** Past the gateway, as the owner of the schema. */
  readonly owner: pg.Client;
  readonly admin: ApiClient;
  readonly adminId: string;
  readonly customerId: string;
  readonly device: TestDevice;
  log(query?: string): Promise<readonly Entry[]>;
  /** A person of the customer who is known to the gateway alone, and so is not bound to a sign-in. */
  newMember(role: MadePerson['role'], aal?: MadePerson['aal']): Promise<MadePerson>;
  decide(
    principal: Principal,
    commandId: string,
    given?: { readonly approved?: boolean; readonly digest?: string },
  ): Promise<unknown>;
  close(): Promise<void>;
}

export async function openLoggedWorld(): Promise<LoggedWorld> {
  const opened = await openGateway({
    environment: { RATE_SIGN_IN_PER_ADDRESS: '100000', RATE_SIGN_IN_PER_DEVICE: '100000' },
    override: believeSignIns,
  });
  const owner = new pg.Client({ connectionString: opened.config.DATABASE_URL });
  await owner.connect();
  const admin = await signIn(opened.url);
  const { body } = await admin.get<{ customerId: string; user: { id: string } }>(`${path}/me`);
  const { customerId, user } = body;
  return {
    opened,
    owner,
    admin,
    adminId: user.id,
    customerId,
    device: await newDevice(admin),
    log: (query = '') => readLog(admin, query),
    async newMember(role, aal = 'aal1') {
      const id = randomUUID();
      const member = { userId: id, name: 'Somebody', customerId, role };
      await use(opened.container, AddMember).execute({ member, cause: byHand });
      const secondFactorAt = aal === 'aal2' ? new Date() : null;
      return { kind: 'member', id, name: 'Somebody', customerId, role, aal, secondFactorAt };
    },
    async decide(principal, commandId, given = {}) {
      const waiting = await admin.get<{ approval: { digest: string } }>(`${path}/commands/${commandId}`);
      return use(opened.container, DecideCommand).execute({
        caller: { principal, requestId: 'the-request', signIn: signedIn(principal.id) },
        commandId,
        approved: true,
        digest: waiting.body.approval.digest,
        reason: 'because',
        ...given,
      });
    },
    async close() {
      await owner.end();
      await opened.close();
    },
  };
}

async function readLog(admin: ApiClient, query: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await admin.get<{ items: Entry[]; nextCursor: string | null }>(
      `${path}/activity?limit=100${query}${at}`,
    );
    if (answer.status !== 200) throw new Error(`the log was refused: ${JSON.stringify(answer.body)}`);
    entries.push(...answer.body.items);
    cursor = answer.body.nextCursor;
  }
  return entries;
}
