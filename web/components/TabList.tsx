import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

/**
 * For what stands in one line (class `line`) and scrolls where it doesn't fit: keeps the chosen one in view. `at`: which
 * one that is.
 */
export function useLine<Element extends HTMLElement>(at: string | null | undefined) {
  const line = useRef<Element>(null);
  const seen = useRef('');
  useEffect(() => {
    const chosen = line.current?.querySelector<HTMLElement>('[aria-selected="true"], [aria-current="true"]');
    if (!line.current || !chosen) return;
    const { clientWidth, scrollWidth } = line.current;
    const now = `${at} ${clientWidth} ${scrollWidth}`;
    // Where one scrolled to stays, until another one is chosen or there are more of them.
    if (seen.current === now) return;
    seen.current = now;
    line.current.scrollLeft = chosen.offsetLeft - (clientWidth - chosen.offsetWidth) / 2;
  });
  return line;
}

/** The tabs of a page, in one line at any width. */
export function TabList({ at, children }: { at: string; children: ReactNode }) {
  const line = useLine<HTMLDivElement>(at);
  return (
    <Tabs.List ref={line} className="line">
      {children}
    </Tabs.List>
  );
}
