import type { ReactNode } from 'react';
import { Failure } from './Failure.tsx';
import { Loading } from './Loading.tsx';

/** As much of a query as is needed to show it. */
export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/**
 * What was asked of the API, as soon as it is there: until then a place about as high, and why it can't be read if it
 * can't. What was there once stays when reading it again fails; the frame of all pages says so (shell/Lost.tsx).
 */
export function Reading<T>(props: {
  query: Asked<T>;
  /** In the words of `Could not read …`, e.g. `the people`. */
  of: string;
  rows?: number;
  rowHeight?: number;
  bare?: boolean;
  lead?: boolean;
  children?: (data: T) => ReactNode;
}) {
  const { query, of, children, ...shape } = props;
  if (query.data !== undefined) return children?.(query.data) ?? null;
  if (query.error) return <Failure error={query.error} of={of} retry={() => void query.refetch()} />;
  return <Loading label={of} {...shape} />;
}
