import { describeAuthServerContract } from './auth-server.contract.js';
import { openLocalAuthServer } from './local-auth-server.js';

describeAuthServerContract('LocalAuthServer on Postgres', openLocalAuthServer);
