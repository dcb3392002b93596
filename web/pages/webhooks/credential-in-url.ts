/** User name and password that stand in a URL, and the URL without them. */
export interface LoginInUrl {
  url: string;
  host: string;
  /** Scheme, host and port: what the credential is for. */
  prefix: string;
  username: string;
  password: string;
}

/** What `https://user:pass@host/…` holds; null without an `@` before the path, or with a placeholder there. */
export function loginIn(url: string): LoginInUrl | null {
  const found = /^(https?:\/\/)([^/?#\\]*)@([^/?#\\@]+)(.*)$/is.exec(url);
  if (!found) return null;
  const [, scheme, login, host, rest] = found as unknown as [string, string, string, string, string];
  const prefix = `${scheme}${host}/`;
  if (/\{\{|\{%|\[\[|\$/.test(login + host) || !URL.canParse(prefix)) return null;
  const colon = login.indexOf(':');
  const [username, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  return {
    url: `${scheme}${host}${rest}`,
    host,
    prefix: new URL(prefix).href,
    username: decoded(username),
    password: decoded(password),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
