import { testAdmin } from './gateway-process.js';

export interface ApiAnswer<Body = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Anything that the API answers; the tests look at single members. */
export type Json = Readonly<Record<string, unknown>>;

/** Requests as one caller, to whichever instance. */
export class ApiClient {
  readonly url: string;
  /** Who it is: what every request of it carries. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The same caller at another instance. */
  at(url: string): ApiClient {
    return new ApiClient(url, this.headers);
  }

  with(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.url, { ...this.headers, ...headers });
  }

  async send<Body = Json>(method: string, path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...this.headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Body,
    };
  }

  get<Body = Json>(path: string): Promise<ApiAnswer<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body = Json>(path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    return this.send<Body>('POST', path, body);
  }
}

/** Somebody who is signed in with the local identity. */
export async function signIn(
  url: string,
  { email, password }: { readonly email: string; readonly password: string } = testAdmin,
): Promise<ApiClient> {
  const { status, body } = await new ApiClient(url).post<{ access_token: string }>(
    '/auth/v1/token?grant_type=password',
    { email, password },
  );
  if (status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(body)}`);
  return new ApiClient(url, { authorization: `Bearer ${body.access_token}` });
}

export interface TestDevice {
  readonly id: string;
  readonly secret: string;
  readonly api: ApiClient;
}

/** A device that was provisioned, registered and signed in. */
export async function newDevice(admin: ApiClient, name = 'Device'): Promise<TestDevice> {
  const provisioned = await admin.post<{ device: { id: string }; activationCode: string }>(
    '/api/v1/customer/devices/provision',
    { name },
  );
  const { id } = provisioned.body.device;
  const anybody = new ApiClient(admin.url);
  const registered = await anybody.post<{ deviceSecret: string }>('/api/v1/device/register', {
    deviceId: id,
    activationCode: provisioned.body.activationCode,
  });
  const { deviceSecret: secret } = registered.body;
  return { id, secret, api: await signInDevice(admin.url, id, secret) };
}

export async function signInDevice(url: string, deviceId: string, deviceSecret: string): Promise<ApiClient> {
  const { status, body } = await new ApiClient(url).post<{ token: string }>('/api/v1/device/auth', {
    deviceId,
    deviceSecret,
  });
  if (status !== 200) throw new Error(`the sign-in of a device failed: ${JSON.stringify(body)}`);
  return new ApiClient(url, { authorization: `Bearer ${body.token}` });
}

export interface ClaimedJson {
  readonly id: string;
  readonly attempt: number;
  readonly claimToken: string;
  readonly visibleForMs: number;
  readonly cancelRequested: boolean;
}

export async function claim(device: ApiClient, body: object = {}): Promise<readonly ClaimedJson[]> {
  const answer = await device.post<{ commands: readonly ClaimedJson[] }>(
    '/api/v1/device/commands/claim',
    body,
  );
  if (answer.status !== 200) throw new Error(`claim failed: ${JSON.stringify(answer.body)}`);
  return answer.body.commands;
}

export async function propose(member: ApiClient, deviceId: string, body: object = {}): Promise<string> {
  const answer = await member.post<{ id: string }>(`/api/v1/customer/devices/${deviceId}/commands`, {
    type: 'system_info',
    parameters: {},
    ...body,
  });
  if (answer.status !== 201) throw new Error(`proposing failed: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

export async function stateOf(member: ApiClient, commandId: string): Promise<unknown> {
  const { body } = await member.get(`/api/v1/customer/commands/${commandId}`);
  return body['state'];
}
