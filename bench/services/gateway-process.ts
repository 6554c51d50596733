import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import type { ServerOptions, ServerProcess } from './server-process.js';
import { startServer } from './server-process.js';

export interface GatewayStores {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly prefix: string;
}

/** Who may sign in at a gateway that was started here. */
export const admin = { email: 'admin@bench.example', password: 'a-password-for-the-bench' };

/** The gateway as it is in service, but for budgets, which would end what is measured. */
export async function startGatewayProcess(
  stores: GatewayStores,
  lifecycle: Lifecycle,
  options: ServerOptions = {},
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-bench-gateway-'));
  lifecycle.opened('folder', () => rm(folder, { recursive: true, force: true }));
  const unlimited = '1000000';
  const env = {
    REDIS_URL: stores.redisUrl,
    REDIS_PREFIX: stores.prefix,
    DATABASE_URL: stores.databaseUrl,
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    MAX_OPEN_COMMANDS: '100000',
    SOCKETS_PER_CUSTOMER: '100000',
    BOOTSTRAP_ADMIN_EMAIL: admin.email,
    BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    RATE_DEVICE_PER_MINUTE: unlimited,
    RATE_USER_PER_MINUTE: unlimited,
    RATE_SIGN_IN_PER_ADDRESS: unlimited,
  };
  return startServer('src/main.js', '/readyz', env, lifecycle, options);
}
