import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useWorkplace } from '../customer/workplace.js';

/** Something that was asked of the gateway: not there yet, there, or refused. A later look keeps what is shown. */
export class Loaded<Value> {
  readonly value = signal<Value | null>(null);
  readonly error = signal<unknown>(null);
  readonly #load: () => Promise<Value>;
  #looks = 0;

  constructor(load: () => Promise<Value>) {
    this.#load = load;
  }

  /** The newest look wins, in whatever order they are answered. */
  look = async (): Promise<void> => {
    this.#looks += 1;
    const mine = this.#looks;
    try {
      const value = await this.#load();
      if (mine !== this.#looks) return;
      this.value.value = value;
      this.error.value = null;
    } catch (error) {
      if (mine === this.#looks) this.error.value = error;
    }
  };
}

/** Loads once for each `key`, and again when the live view says that what was loaded may be old. */
export function useLoaded<Value>(key: string, load: () => Promise<Value>): Loaded<Value> {
  const { live } = useWorkplace();
  const loaded = useMemo(() => new Loaded(load), [key]);
  useEffect(() => {
    void loaded.look();
    return live.onLookAgain(() => void loaded.look());
  }, [loaded]);
  return loaded;
}
