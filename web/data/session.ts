import { failureOf } from './failure.ts';

// /api/session takes cookies alone and stands outside of /api/v1, so the generated client doesn't know it.
async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/session${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw failureOf(error, undefined);
  }
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw failureOf(answer, response.status);
  return answer as T;
}

/** What a link from the first start or an invitation is for. */
export interface LinkInfo {
  kind: 'first' | 'invite' | 'sign_in';
  email: string | null;
  role: string;
  needs_profile: boolean;
}

export const signIn = (email: string, password: string) => call<void>('POST', '', { email, password });
export const signOut = () => call<void>('DELETE', '');
export const readLink = (token: string) => call<LinkInfo>('GET', `/link?token=${encodeURIComponent(token)}`);
export const acceptLink = (body: { token: string; name?: string; email?: string; password?: string }) =>
  call<void>('POST', '/link', body);
