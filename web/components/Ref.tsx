import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of ours: names and numbers lead to what is behind them. */
export function Ref({ to, search, children }: { to: string; search?: Record<string, string>; children: ReactNode }) {
  return (
    <Link className="link" to={to as never} {...(search && { search: search as never })}>
      {children}
    </Link>
  );
}
