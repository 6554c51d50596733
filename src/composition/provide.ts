import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { instancePerContainerCachingFactory } from 'tsyringe';

/** Names a port in the container, and carries its type. */
export type Token<Port> = symbol & { readonly __port?: Port };

export const token = <Port>(name: string): Token<Port> => Symbol(name);

/** A class is a token for itself. */
type Key<Thing> = Token<Thing> | (new (...parameters: never[]) => Thing);

/**
 * Says how a thing is built, once per container. Said again, the later word counts, so a test swaps an adapter by
 * saying it once more. Per container, since tsyringe's other caching factory leaks a child's fake into its parent.
 */
export function provide<Thing>(
  container: DependencyContainer,
  key: Key<Thing>,
  build: (container: DependencyContainer) => Thing,
): void {
  container.register(key as InjectionToken<Thing>, { useFactory: instancePerContainerCachingFactory(build) });
}

export const use = <Thing>(container: DependencyContainer, key: Key<Thing>): Thing =>
  container.resolve<Thing>(key as InjectionToken<Thing>);
