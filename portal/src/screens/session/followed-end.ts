import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** So near to its end, in pixels, somebody reads the end of the page. */
const nearPx = 80;

/** Keeps whoever reads the end of the page at its end when more comes; whoever reads elsewhere is left there. */
export function useFollowedEnd(grown: readonly unknown[], isGrowing: boolean): void {
  const isAtEnd = useRef(false);
  useEffect(() => {
    const note = (): void => {
      const { scrollHeight } = document.documentElement;
      isAtEnd.current = scrollY > 0 && scrollY + innerHeight >= scrollHeight - nearPx;
    };
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, []);
  useLayoutEffect(() => {
    if (isGrowing && isAtEnd.current) scrollTo(0, document.documentElement.scrollHeight);
  }, grown);
}
