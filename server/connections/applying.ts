import { Buffer } from 'node:buffer';
import type { CredentialAuth } from '../../shared/credential.ts';

/** A credential with its secrets opened: for sending, never for answers of the API. */
export interface LoadedCredential {
  id: string;
  name: string;
  prefix: string;
  /** Headers that everyone may see. */
  headers: [string, string][];
  secretHeaders: [string, string][];
  /** Goes behind the URL when it is sent. */
  secretQuery: [string, string][];
  /** What is hidden in what comes back. */
  secrets: string[];
}

/** Header values leave as bytes, UTF-8 beyond ASCII. */
const bytes = (value: string) =>
  /^[\t -~]*$/.test(value) ? value : Buffer.from(value.toWellFormed(), 'utf8').toString('latin1');

// Dummies such as "X", which some APIs want beside a key, hide nothing.
const DUMMY = 2;
// A shorter user name is found in many texts by chance, and the password is what is secret.
const SHORTEST_NAME = 8;

/** What a credential adds to a request. Values are whole: none is null. */
export function applied(auth: CredentialAuth): Omit<LoadedCredential, 'id' | 'name' | 'prefix'> {
  const none = { headers: [], secretHeaders: [], secretQuery: [] };
  switch (auth.kind) {
    case 'basic': {
      const [username, password] = [auth.username ?? '', auth.password ?? ''];
      // RFC 7617, with UTF-8.
      const token = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
      const withoutPassword = password.length <= DUMMY;
      const secrets = [
        token,
        ...(withoutPassword ? [] : [password]),
        ...(withoutPassword || username.length >= SHORTEST_NAME ? [username] : []),
      ];
      return { ...none, secretHeaders: [['Authorization', `Basic ${token}`]], secrets };
    }
    case 'bearer': {
      const token = auth.token ?? '';
      return { ...none, secretHeaders: [['Authorization', `Bearer ${bytes(token)}`]], secrets: [token] };
    }
    case 'api_key': {
      const value = auth.value ?? '';
      return auth.in === 'query'
        ? { ...none, secretQuery: [[auth.name, value]], secrets: [value] }
        : { ...none, secretHeaders: [[auth.name, bytes(value)]], secrets: [value, withoutScheme(value)] };
    }
    case 'headers': {
      const pairs = (secret: boolean) =>
        auth.headers
          .filter((one) => one.secret === secret)
          .map(({ name, value }): [string, string] => [name, bytes(value ?? '')]);
      const values = auth.headers.flatMap((one) => (one.secret ? (one.value ?? '') : []));
      return {
        ...none,
        headers: pairs(false),
        secretHeaders: pairs(true),
        secrets: values.flatMap((value) => [value, withoutScheme(value)]),
      };
    }
  }
}

/** `abc` of `Bearer abc`: it is the secret by itself. */
export const withoutScheme = (value: string) => value.replace(/^(Bearer|Basic|Token) /i, '');

/** Names of the headers that a credential sets, in small letters. */
export function headerNamesOf(auth: CredentialAuth): string[] {
  if (auth.kind === 'headers') return auth.headers.map((one) => one.name.toLowerCase());
  if (auth.kind === 'api_key') return auth.in === 'header' ? [auth.name.toLowerCase()] : [];
  return ['authorization'];
}
