import { describeAuthFactorsContract } from './auth-factors.contract.js';
import { openLocalAuthServer } from './local-auth-server.js';

describeAuthFactorsContract('LocalAuthFactors on Postgres', openLocalAuthServer);
