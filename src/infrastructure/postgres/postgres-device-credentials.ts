import type { DeviceCredentials } from '../../application/ports/device-credentials.js';
import type { ActivationCode } from '../../domain/device/activation-code.js';
import type { DeviceSecret } from '../../domain/device/device-secret.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';

export class PostgresDeviceCredentials implements DeviceCredentials {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async findCode(deviceId: string): Promise<ActivationCode | null> {
    const [row] = await this.#session.query(
      tables.selectFrom('activation_codes').selectAll().where('device_id', '=', deviceId).compile(),
    );
    if (row === undefined) return null;
    return {
      deviceId: row.device_id,
      hash: row.hash,
      expiresAt: row.expires_at,
      usedAt: row.used_at,
      wrongTries: row.wrong_tries,
      operationId: row.operation_id,
    };
  }

  async issueCode(code: ActivationCode): Promise<void> {
    const row = {
      hash: code.hash,
      expires_at: code.expiresAt,
      used_at: code.usedAt,
      wrong_tries: code.wrongTries,
      operation_id: code.operationId,
    };
    await this.#session.query(
      tables
        .insertInto('activation_codes')
        .values({ device_id: code.deviceId, ...row })
        .onConflict((conflict) => conflict.column('device_id').doUpdateSet(row))
        .compile(),
    );
  }

  async useCode(deviceId: string, usedAt: Date): Promise<void> {
    await this.#session.query(
      tables
        .updateTable('activation_codes')
        .set({ used_at: usedAt })
        .where('device_id', '=', deviceId)
        .compile(),
    );
  }

  async countWrongTry(deviceId: string): Promise<void> {
    await this.#session.query(
      tables
        .updateTable('activation_codes')
        .set((columns) => ({ wrong_tries: columns('wrong_tries', '+', 1) }))
        .where('device_id', '=', deviceId)
        .compile(),
    );
  }

  async listSecrets(deviceId: string): Promise<readonly DeviceSecret[]> {
    const rows = await this.#session.query(
      tables
        .selectFrom('device_secrets')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('created_at', 'desc')
        .orderBy('hash')
        .compile(),
    );
    return rows.map((row) => ({
      hash: row.hash,
      createdAt: row.created_at,
      firstUsedAt: row.first_used_at,
      expiresAt: row.expires_at,
    }));
  }

  async replaceSecrets(deviceId: string, secrets: readonly DeviceSecret[]): Promise<void> {
    await this.#session.query(
      tables.deleteFrom('device_secrets').where('device_id', '=', deviceId).compile(),
    );
    if (secrets.length === 0) return;
    const rows = secrets.map((secret) => ({
      device_id: deviceId,
      hash: secret.hash,
      created_at: secret.createdAt,
      first_used_at: secret.firstUsedAt,
      expires_at: secret.expiresAt,
    }));
    await this.#session.query(tables.insertInto('device_secrets').values(rows).compile());
  }
}
