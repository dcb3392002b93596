import { useQuery } from '@tanstack/react-query';
import { getMe } from './api/index.ts';
import { ask } from './queries.ts';

/** Who is signed in, in which workspace, and what they may do. */
export const meQuery = { queryKey: ['me'], queryFn: () => ask(getMe()), staleTime: 60_000 };

/** Whether the person may do something, e.g. `publish`; false until it is known. The API enforces it in any case. */
export function useMay(action: string): boolean {
  const { data } = useQuery(meQuery);
  return data?.can.includes(action) ?? false;
}
