/** Whether a segment of a path, as some servers read it, leads to another place: dots, also where a slash is encoded. */
const LEADS_ELSEWHERE = /(^|\/|\\|%2f|%5c)(\.|%2e){1,2}($|\/|\\|%2f|%5c)/i;

/**
 * An endpoint prefix in its one spelling, or what is wrong with it. Credentials go to it and to what lies below it:
 * `https://host/api/v1` is for `/api/v1` and `/api/v1/send`, not for `/api/v12`.
 */
export function readPrefix(text: string): { prefix: string } | { message: string } {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { message: 'must be the beginning of a URL: https://, a host, and perhaps a path' };
  if (url.username !== '' || url.password !== '') return { message: 'must not hold a user name or password' };
  if (url.search !== '' || url.hash !== '') return { message: 'must end before the query' };
  if (LEADS_ELSEWHERE.test(url.pathname)) return { message: 'must not hold a path segment of dots' };
  return { prefix: url.href };
}

/** Whether a URL lies at or below a prefix. Fails closed: one that can't be read doesn't. */
export function isUnder(prefix: string, text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const base = new URL(prefix);
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') return false;
  if (LEADS_ELSEWHERE.test(url.pathname)) return false;
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return url.pathname === base.pathname || url.pathname.startsWith(folder);
}

/** Whether everything that a URL template can render to lies under a prefix. Fails closed. */
export function alwaysUnder(prefix: string, template: string): boolean {
  const path = template.split(/[?#]/, 1)[0]!;
  // Of any language: where a placeholder may begin.
  const placeholder = path.search(/\{\{|\{%|\{#|\[\[|\$/);
  if (placeholder < 0) return isUnder(prefix, path);
  // Whatever stands there, it must come after the prefix's last segment has ended.
  return isUnder(prefix, `${path.slice(0, placeholder)}x`);
}
