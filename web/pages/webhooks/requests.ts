import type { PostWebhooksPreviewResponse } from '../../data/api/index.ts';

type Request = NonNullable<PostWebhooksPreviewResponse['request']>;

/** A part of a request in which two of them differ. */
export interface Differing {
  part: string;
  one: string;
  other: string;
}

/**
 * Where two requests of the same moment differ: URL, headers, body. Signatures are left out: they differ whenever a body
 * does.
 */
export function differingParts(one: Request, other: Request, signature: string): Differing[] {
  const parts = (request: Request) => {
    const found = new Map([['URL', `${request.method} ${request.url}`]]);
    for (const { name, value } of request.headers) {
      const key = name.toLowerCase();
      if (!key.includes('signature') && key !== signature.toLowerCase()) found.set(`Header ${key}`, value);
    }
    const { body } = request;
    return found.set('Body', body?.content ?? '');
  };
  const [ones, others] = [parts(one), parts(other)];
  return [...new Set([...ones.keys(), ...others.keys()])].flatMap((part) => {
    const [a, b] = [ones.get(part) ?? '', others.get(part) ?? ''];
    return a === b ? [] : [{ part, one: a, other: b }];
  });
}
