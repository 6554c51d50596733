import type { ComponentChildren } from 'preact';
import { goTo } from './place.js';

interface LinkProps {
  readonly href: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the portal; with a modifier key or another button it is the browser's own. */
export function Link({ href, current = false, children, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={href}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        goTo(href);
      }}
    >
      {children}
    </a>
  );
}
