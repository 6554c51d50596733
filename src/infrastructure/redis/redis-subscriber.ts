import { Cluster } from 'ioredis';
import { watchConnection } from './redis-watchdog.js';
import type { RedisDriver } from './redis-driver.js';

type Listener = (message: string) => void;

/** A cluster's driver does not say when what it subscribes anew has arrived; an answer takes no longer. */
const resubscribedMs = 1_000;

/**
 * The connection that listens. It subscribes anew whenever it is ready again, so that a subscription which was
 * lost with the connection, or never arrived, is made up for.
 */
export class RedisSubscriber {
  readonly #driver: RedisDriver;
  readonly #listeners = new Map<string, Listener>();
  readonly #heard = new Set<string>();
  readonly #whenBack: (() => void)[] = [];
  readonly #endWatch: () => void;
  #subscribing: Promise<void> = Promise.resolve();

  constructor(driver: RedisDriver) {
    this.#driver = driver;
    this.#endWatch = watchConnection(driver);
    const hear = (channel: string, message: string): void => this.#listeners.get(channel)?.(message);
    driver.on('message', hear);
    driver.on('smessage', hear);
    driver.on('ready', () => {
      // A cluster's driver keeps its own list and moves it along with the slots.
      if (!(driver instanceof Cluster)) this.#heard.clear();
      this.#subscribing = this.#subscribeAll();
    });
    driver.on('subscribersReady', () => {
      setTimeout(() => {
        this.#tellBack();
      }, resubscribedMs).unref();
    });
  }

  /** On a cluster a message stays on the node of its channel's slot. */
  get publishCommand(): 'SPUBLISH' | 'PUBLISH' {
    return this.#driver instanceof Cluster ? 'SPUBLISH' : 'PUBLISH';
  }

  /** `whenBack` is called each time that all is heard again: whatever was said in between was missed. */
  subscribe(channels: readonly string[], listener: Listener, whenBack?: () => void): void {
    for (const channel of channels) this.#listeners.set(channel, listener);
    if (whenBack !== undefined) this.#whenBack.push(whenBack);
    if (this.#driver.status === 'ready') this.#subscribing = this.#subscribeAll();
  }

  /** Resolves when the subscriptions that are under way have arrived, or after `ms`. */
  async settled(ms: number): Promise<void> {
    if (this.#heard.size === this.#listeners.size) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#subscribing, late]);
    clearTimeout(timer);
  }

  close(): void {
    this.#endWatch();
    this.#driver.disconnect();
  }

  async #subscribeAll(): Promise<void> {
    const missing = [...this.#listeners.keys()].filter((channel) => !this.#heard.has(channel));
    await Promise.allSettled(missing.map((channel) => this.#subscribeOne(channel)));
    const driver = this.#driver;
    if (driver.status !== 'ready') return;
    if (this.#heard.size === this.#listeners.size) {
      this.#tellBack();
      return;
    }
    // Connected, and yet not all could be subscribed: a cluster that is still finding its nodes.
    setTimeout(() => {
      if (driver.status === 'ready') this.#subscribing = this.#subscribeAll();
    }, 1_000).unref();
  }

  #tellBack(): void {
    for (const tell of this.#whenBack) tell();
  }

  async #subscribeOne(channel: string): Promise<void> {
    if (this.#driver instanceof Cluster) await this.#driver.ssubscribe(channel);
    else await this.#driver.subscribe(channel);
    this.#heard.add(channel);
  }
}
