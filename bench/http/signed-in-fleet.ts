import type { HttpConnection } from './http-connection.js';

export interface SignedInDevice {
  readonly id: string;
  readonly token: string;
}

export interface SignedInFleet {
  readonly member: string;
  readonly devices: readonly SignedInDevice[];
}

interface Provisioned {
  readonly device: { readonly id: string };
  readonly activationCode: string;
}

/** The way in that everybody takes: a person signs in and provisions devices, and each registers and signs in. */
export async function signInFleet(
  connection: HttpConnection,
  admin: { readonly email: string; readonly password: string },
  size: number,
): Promise<SignedInFleet> {
  const signIn = '/auth/v1/token?grant_type=password';
  const { access_token: member } = await connection.call<{ access_token: string }>(
    'POST',
    signIn,
    null,
    admin,
  );
  const devices: SignedInDevice[] = [];
  for (let number = 0; number < size; number += 1) {
    const name = { name: `Bench ${String(number)}` };
    const provision = '/api/v1/customer/devices/provision';
    const { device, activationCode } = await connection.call<Provisioned>('POST', provision, member, name);
    const register = { deviceId: device.id, activationCode };
    const { deviceSecret } = await connection.call<{ deviceSecret: string }>(
      'POST',
      '/api/v1/device/register',
      null,
      register,
    );
    const secret = { deviceId: device.id, deviceSecret };
    const { token } = await connection.call<{ token: string }>('POST', '/api/v1/device/auth', null, secret);
    devices.push({ id: device.id, token });
  }
  return { member, devices };
}
