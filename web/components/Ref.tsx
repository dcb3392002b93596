import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of ours: names and numbers lead to what is behind them. `plain`: in the colour of its place. */
export function Ref(props: { to: string; search?: Record<string, string>; plain?: boolean; children: ReactNode }) {
  const { to, search, children } = props;
  return (
    <Link className={props.plain ? 'plain' : 'link'} to={to as never} {...(search && { search: search as never })}>
      {children}
    </Link>
  );
}
