import { randomBytes } from 'node:crypto';
import { environment } from '../environment.js';
import type { OpenedGateway } from './open-gateway.js';
import { openGateway } from './open-gateway.js';
import { believeSignIns } from '../signed-in.js';
import { TokenPeople } from './token-people.js';
import type { Override } from '../../../src/composition/gateway.js';

export interface TwoGateways {
  readonly here: OpenedGateway;
  readonly there: OpenedGateway;
  readonly people: TokenPeople;
  close(): Promise<void>;
}

export interface TwoGatewaysSetting {
  /** Their database, where it is not one of their own. */
  readonly databaseUrl?: string;
  readonly override?: Override;
}

/** Two gateways in this process on one database and one dispatch store, with people who have second factors. */
export async function openTwoGateways({
  databaseUrl,
  override,
}: TwoGatewaysSetting = {}): Promise<TwoGateways> {
  const people = new TokenPeople();
  const settings = {
    ...people.environment,
    REDIS_URL: environment('FIELDGATE_TEST_REDIS_URL'),
    REDIS_PREFIX: `two-${randomBytes(4).toString('hex')}`,
    RATE_USER_PER_MINUTE: '100000',
    RATE_DEVICE_PER_MINUTE: '100000',
    RATE_SIGN_IN_PER_ADDRESS: '100000',
  };
  // Their tokens are made here: no Auth server knows of them.
  const setting: { readonly override: Override } = {
    override: (container) => {
      believeSignIns(container);
      override?.(container);
    },
  };
  const here = await openGateway({
    environment: { ...settings, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) },
    ...setting,
  });
  const { DATABASE_URL = '', DATA_DIR } = here.config;
  const there = await openGateway({ environment: { ...settings, DATABASE_URL, DATA_DIR }, ...setting });
  return {
    here,
    there,
    people,
    async close() {
      await there.close();
      await here.close();
    },
  };
}
