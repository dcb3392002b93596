import type { GetGalleryKeyResponse } from '../../data/api/index.ts';

export type Example = GetGalleryKeyResponse;
type Definition = Example['definition'];
type Blank = Example['blanks'][number];

/** UTF-8 in base64, for Basic. */
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What a typed text becomes in its place. A space at either end comes from copying. */
export function written(blank: Blank, typed: string): string {
  const text = typed.trim();
  if (blank.as === 'basic') return `Basic ${base64(text)}`;
  if (blank.as === 'basic_key') return `Basic ${base64(`${text}:`)}`;
  if (blank.as === 'bearer') return `Bearer ${text.replace(/^bearer\s+/i, '')}`;
  return text;
}

/** The definition with every blank filled in by what was typed, in the order of the blanks. */
export function filledIn({ definition, blanks }: Pick<Example, 'definition' | 'blanks'>, typed: readonly string[]) {
  const made: Definition = structuredClone(definition);
  for (const [i, blank] of blanks.entries()) {
    const value = written(blank, typed[i] ?? '');
    const put = (before: string | null) =>
      blank.find === undefined ? value : (before ?? '').replaceAll(blank.find, () => value);
    const [part, at] = blank.field.split('.');
    if (part === 'url') made.url = put(made.url);
    else if (part === 'body') made.body = put(made.body);
    else if (part === 'batch') made.batch!.customer = put(made.batch!.customer);
    else if (part === 'query') made.query[Number(at)]!.value = put(made.query[Number(at)]!.value);
    else made.headers[Number(at)]!.value = put(made.headers[Number(at)]!.value);
  }
  return made;
}
