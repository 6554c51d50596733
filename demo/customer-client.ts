/** As much of a command as the demo shows. */
export interface ShownCommand {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly reason: string | null;
  readonly result: {
    readonly output: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
    readonly durationMs: number | null;
  } | null;
  readonly approval: { readonly digest: string } | null;
}

/** One signed-in person at the gateway's public API: the demo does nothing that anybody else could not do. */
export class CustomerClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get accessToken(): string {
    return this.#token;
  }

  static async signIn(url: string, email: string, password: string): Promise<CustomerClient> {
    const answer = await fetch(`${url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return new CustomerClient(url, token);
  }

  async customerId(): Promise<string> {
    const { customerId } = await this.#call<{ customerId: string }>('GET', '/me');
    return customerId;
  }

  provision(deviceId: string, name: string, location: string): Promise<{ activationCode: string }> {
    return this.#call('POST', '/devices/provision', { deviceId, name, location, labels: ['demo'] });
  }

  async connection(deviceId: string): Promise<string> {
    const { connection } = await this.#call<{ connection: string }>('GET', `/devices/${deviceId}`);
    return connection;
  }

  propose(deviceId: string, type: string, parameters: object, reason: string): Promise<ShownCommand> {
    return this.#call('POST', `/devices/${deviceId}/commands`, { type, parameters, reason });
  }

  command(id: string): Promise<ShownCommand> {
    return this.#call('GET', `/commands/${id}`);
  }

  /** The refusal's code when the decision is refused, or null. */
  async decide(id: string, digest: string): Promise<string | null> {
    const answer = await this.#send('POST', `/approvals/${id}/decision`, { approved: true, digest });
    if (answer.ok) return null;
    const { code } = (await answer.json()) as { code: string };
    return code;
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.#send(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#url}/api/v1/customer${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}
