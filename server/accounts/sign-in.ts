import type { Authentication, SignInOptions } from './authentication.ts';

/** Passwords and sessions. `load` gives what does it; the first call loads it. */
export interface SignIn {
  load(): Promise<Authentication>;
}

/**
 * Signing in, loaded when somebody first does: it is 20 MB of memory and half a second, which an installation that only
 * programs use, and processes without the role api, need not pay. Load it before a transaction begins, not within.
 */
export function createSignIn(options: SignInOptions): SignIn {
  let loading: Promise<Authentication> | null = null;
  return {
    load() {
      loading ??= import('./authentication.ts').then(({ createAuthentication }) => createAuthentication(options));
      // Fails closed: nobody is signed in, and the next call tries anew.
      loading.catch(() => {
        loading = null;
      });
      return loading;
    },
  };
}
