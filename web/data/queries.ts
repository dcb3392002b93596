import { QueryClient } from '@tanstack/react-query';
import { parseExact } from './exact.ts';
import { ApiFailure, failureOf } from './failure.ts';

/** What has been read, kept and refreshed. Repeats only what may come right by itself. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && error instanceof ApiFailure && (error.status === 0 || error.status >= 502),
      throwOnError: false,
    },
  },
});

type Answered<T> = Promise<{ data?: T; error?: unknown; response?: Response }>;

let leaving = false;

/**
 * The data of a call of the generated client; throws an ApiFailure when there is none.
 * A caller that isn't signed in is led to the sign-in page.
 */
export async function ask<T>(call: Answered<T>): Promise<T> {
  const { data, error, response } = await call;
  if (response?.ok) return data as T;
  const failure = failureOf(error, response?.status);
  if (failure.status === 401 && !leaving && !location.pathname.startsWith('/sign-in')) {
    leaving = true; // of all the calls of a page, one leads away
    location.assign(`/sign-in?back=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw failure;
}

/** Leaves for the sign-in page after `first`; what the page's other calls are told meanwhile leads nowhere else. */
export async function leaveAfter(first: () => Promise<void>): Promise<void> {
  leaving = true;
  await first().catch(() => {});
  location.assign('/sign-in');
}

/** As `ask`, for a call with `parseAs: 'text'`: numbers that a double can't hold keep their text (exact.ts). */
export async function askExact<T>(call: Answered<T>): Promise<T> {
  return parseExact((await ask(call)) as string) as T;
}
