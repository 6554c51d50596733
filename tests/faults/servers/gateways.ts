import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { freePort } from './free-port.js';
import { OwnProcess } from './own-process.js';

export interface GatewayNode {
  readonly name: string;
  readonly port: number;
}

const startsAtMost = 10;

/** Gateway processes on common stores, at ports that they keep when they come back. */
export class Gateways {
  readonly nodes: readonly GatewayNode[];
  readonly #program: string;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #redis: Readonly<Record<string, string>> = {};
  readonly #processes = new Map<string, OwnProcess>();

  static async open(
    count: number,
    options: { readonly program: string; readonly folder: string; readonly environment: NodeJS.ProcessEnv },
  ): Promise<Gateways> {
    const nodes: GatewayNode[] = [];
    for (let number = 1; number <= count; number += 1) {
      nodes.push({ name: `gw${String(number)}`, port: await freePort() });
    }
    return new Gateways(nodes, options);
  }

  constructor(
    nodes: readonly GatewayNode[],
    options: { readonly program: string; readonly folder: string; readonly environment: NodeJS.ProcessEnv },
  ) {
    this.nodes = nodes;
    this.#program = options.program;
    this.#folder = options.folder;
    this.#environment = options.environment;
  }

  /** Which Redis the gateways are started with from now on. */
  set redis(environment: Readonly<Record<string, string>>) {
    this.#redis = environment;
  }

  async startAll(): Promise<void> {
    // One after the other: the first one applies the migrations.
    for (const node of this.nodes) await this.start(node);
  }

  /** A gateway that finds no database ends at once: it is started again, as whatever runs it in production does. */
  async start(node: GatewayNode): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#startOnce(node);
        return;
      } catch (error) {
        if (tries === startsAtMost) throw error;
      }
    }
  }

  async #startOnce({ name, port }: GatewayNode): Promise<void> {
    mkdirSync(join(this.#folder, 'gateways'), { recursive: true });
    const process_ = new OwnProcess(process.execPath, {
      args: [this.#program],
      log: join(this.#folder, `${name}.log`),
      env: {
        ...this.#environment,
        ...this.#redis,
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: join(this.#folder, 'gateways'),
      },
    });
    this.#processes.set(name, process_);
    await process_.until(async () => {
      const { ok } = await fetch(`http://127.0.0.1:${String(port)}/readyz`);
      if (!ok) throw new Error('not ready');
    });
  }

  async kill({ name }: GatewayNode): Promise<void> {
    await this.#processes.get(name)?.kill();
  }

  pause({ name }: GatewayNode): void {
    this.#processes.get(name)?.signal('SIGSTOP');
  }

  resume({ name }: GatewayNode): void {
    this.#processes.get(name)?.signal('SIGCONT');
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((running) => running.kill()));
  }

  /** Gateways that ended although nobody killed them. */
  fallen(): readonly string[] {
    return [...this.#processes].filter(([, running]) => !running.running).map(([name]) => name);
  }
}
