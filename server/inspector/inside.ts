import type { Inside } from '../platform/egress/index.ts';
import { type ReceiveParts, receive } from './receive.ts';

const REST = /^\/i\/([A-Za-z0-9_-]{32})((?:\/[^?]*)?)(?:\?(.*))?$/;

/** Whether a URL (its beginning, in a template) is one of our inspectors: by origin, path and `/i/`, exactly. */
export function isInspectorUrl(publicUrl: string, url: string): boolean {
  const rest = url.startsWith(publicUrl) ? url.slice(publicUrl.length) : '';
  return REST.test(rest);
}

/**
 * The inspectors as the door to the outside reaches them: no socket is opened, so being allowed to call them allows no
 * address. `publicUrl` is asked at each request. Fails closed: what isn't exactly below the public URL's `/i/`, with a
 * token's form, is none of ours and meets the rules for addresses.
 */
export function insideInspectors(parts: ReceiveParts, publicUrl: () => string | null): Inside {
  return (origin, path) => {
    const own = publicUrl();
    const base = own === null ? null : new URL(own);
    if (base === null || origin !== base.origin) return null;
    const prefix = base.pathname.replace(/\/+$/, '');
    const found = path.startsWith(prefix) ? REST.exec(path.slice(prefix.length)) : null;
    if (!found) return null;
    const [, token, below, query] = found;
    return async (request, signal) => {
      const body = request.body ?? Buffer.alloc(0);
      const headers: [string, string][] = [
        ['host', base.host],
        ...request.headers,
        // A secret is for its endpoint alone: that it arrived is kept, not what it is.
        ...(request.secretHeaders ?? []).map(([name]): [string, string] => [name, '(secret, not kept)']),
        ...(request.body === null ? [] : ([['content-length', String(body.length)]] as [string, string][])),
      ];
      const hidden = (request.secretQuery ?? []).map(([name]) => `${encodeURIComponent(name)}=(secret, not kept)`);
      const arriving = {
        token: token!,
        method: request.method,
        path: below ?? '',
        query: [...(query ? [query] : []), ...hidden].join('&'),
        headers,
        body,
      };
      const answered = await receive(parts, arriving, signal);
      return { ...answered, body: Buffer.from(answered.body) };
    };
  };
}
