import type { CredentialAuth } from '../../shared/credential.ts';

/** Secret values by where they stand: `password`, `headers.x-key`. */
export type AuthSecrets = Record<string, string>;

interface Slot {
  /** The field in the API. */
  field: string;
  /** Under which it is stored: a header keeps its secret when the rows move. */
  key: string;
  value: string | null;
}

/** The places of secrets in an auth. */
export function slotsOf(auth: CredentialAuth): Slot[] {
  switch (auth.kind) {
    case 'basic':
      return [
        { field: 'auth.username', key: 'username', value: auth.username },
        { field: 'auth.password', key: 'password', value: auth.password },
      ];
    case 'bearer':
      return [{ field: 'auth.token', key: 'token', value: auth.token }];
    case 'api_key':
      return [{ field: 'auth.value', key: 'value', value: auth.value }];
    case 'headers':
      return auth.headers.flatMap(({ name, value, secret }, i) =>
        secret ? [{ field: `auth.headers.${i}.value`, key: `headers.${name.toLowerCase()}`, value }] : [],
      );
  }
}

/** The auth with `put` in the place of every secret. */
function withSecrets(auth: CredentialAuth, put: (key: string) => string | null): CredentialAuth {
  switch (auth.kind) {
    case 'basic':
      return { ...auth, username: put('username'), password: put('password') };
    case 'bearer':
      return { ...auth, token: put('token') };
    case 'api_key':
      return { ...auth, value: put('value') };
    case 'headers':
      return {
        ...auth,
        headers: auth.headers.map((one) =>
          one.secret ? { ...one, value: put(`headers.${one.name.toLowerCase()}`) } : one,
        ),
      };
  }
}

/** As it is stored in the open, and shown: every secret is null. */
export const hideSecrets = (auth: CredentialAuth): CredentialAuth => withSecrets(auth, () => null);
/** Whole again. */
export const fillSecrets = (auth: CredentialAuth, secrets: AuthSecrets): CredentialAuth =>
  withSecrets(auth, (key) => secrets[key] ?? '');
