import type { OpenedContainer } from '../../src/composition/open-container.js';
import { use } from '../../src/composition/provide.js';
import { DEVICE_TOKENS, SECRETS } from '../../src/composition/tokens.js';
import type { SignedInDevice } from '../http/signed-in-fleet.js';

const lifetime = { idleMs: 3_600_000, lifeMs: 3_600_000 };
const atOnce = 64;

/** More devices of the customer whose device is named, signed in past the doors: thousands would take minutes there. */
export async function enlargeFleet(
  { container, database }: OpenedContainer,
  { id: model }: SignedInDevice,
  size: number,
): Promise<readonly SignedInDevice[]> {
  const { rows } = await database.pool.driver.query<{ id: string; customer_id: string }>(
    `insert into fieldgate.devices
       (id, customer_id, name, labels, lifecycle, credential_generation, token_generation, created_at)
     select 'live-' || n, customer_id, 'Live ' || n, '{}', 'active', 1, 1, fieldgate.clock_now()
     from fieldgate.devices, generate_series(1, $2::int) n where id = $1
     returning id, customer_id`,
    [model, size],
  );
  const tokens = use(container, DEVICE_TOKENS);
  const secrets = use(container, SECRETS);
  const devices = rows.map(({ id }) => ({ id, token: secrets.deviceToken(id) }));
  const customerId = rows[0]?.customer_id ?? '';
  for (let from = 0; from < devices.length; from += atOnce) {
    await Promise.all(
      devices
        .slice(from, from + atOnce)
        .map(({ id, token }) =>
          tokens.put(secrets.hash(token), { deviceId: id, customerId, tokenGeneration: 1 }, lifetime),
        ),
    );
  }
  return devices;
}
