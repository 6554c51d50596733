import type { HttpDriver } from './http-driver.js';

interface Claimed {
  readonly commands: readonly { readonly id: string; readonly claimToken: string }[];
}

/** Devices that are signed in, and a person who gives them work. */
export class Fleet {
  readonly #driver: HttpDriver;
  readonly #member: string;
  readonly devices: readonly { readonly id: string; readonly token: string }[];

  constructor(driver: HttpDriver, member: string, devices: Fleet['devices']) {
    this.#driver = driver;
    this.#member = member;
    this.devices = devices;
  }

  static async signIn(
    driver: HttpDriver,
    admin: { readonly email: string; readonly password: string },
    size: number,
  ): Promise<Fleet> {
    const path = '/auth/v1/token?grant_type=password';
    const { access_token: member } = await driver.call<{ access_token: string }>('POST', path, null, admin);
    const devices: { id: string; token: string }[] = [];
    for (let number = 0; number < size; number += 1) {
      const body = { name: `Bench ${String(number)}` };
      const provisioned = await driver.call<{ device: { id: string }; activationCode: string }>(
        'POST',
        '/api/v1/customer/devices/provision',
        member,
        body,
      );
      const { id } = provisioned.device;
      const { deviceSecret } = await driver.call<{ deviceSecret: string }>(
        'POST',
        '/api/v1/device/register',
        null,
        {
          deviceId: id,
          activationCode: provisioned.activationCode,
        },
      );
      const signedIn = { deviceId: id, deviceSecret };
      const { token } = await driver.call<{ token: string }>('POST', '/api/v1/device/auth', null, signedIn);
      devices.push({ id, token });
    }
    return new Fleet(driver, member, devices);
  }

  async propose(commandsPerDevice: number): Promise<void> {
    await Promise.all(
      this.devices.map(async ({ id }) => {
        for (let number = 0; number < commandsPerDevice; number += 1) {
          const body = { type: 'system_info', parameters: {} };
          await this.#driver.call('POST', `/api/v1/customer/devices/${id}/commands`, this.#member, body);
        }
      }),
    );
  }

  /** Every device claims and finishes its commands one by one; the number of requests that took. */
  async work(commandsPerDevice: number): Promise<number> {
    const result = { status: 'succeeded', output: 'x'.repeat(200) };
    await Promise.all(
      this.devices.map(async ({ token }) => {
        for (let number = 0; number < commandsPerDevice; number += 1) {
          const path = '/api/v1/device/commands';
          const { commands } = await this.#driver.call<Claimed>('POST', `${path}/claim`, token, { limit: 1 });
          const [command] = commands;
          if (command === undefined) throw new Error('a device found nothing to do');
          const { id, claimToken } = command;
          await this.#driver.call('POST', `${path}/${id}/result`, token, { claimToken, ...result });
        }
      }),
    );
    return 2 * commandsPerDevice * this.devices.length;
  }

  /** Every device does the same request again and again; the number of requests. */
  async repeat(times: number, path: string, body: object): Promise<number> {
    await Promise.all(
      this.devices.map(async ({ token }) => {
        for (let number = 0; number < times; number += 1) await this.#driver.call('POST', path, token, body);
      }),
    );
    return times * this.devices.length;
  }
}
