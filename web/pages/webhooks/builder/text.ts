import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import { type Part, scan } from '../../../components/templates/scan.ts';

/** The body can't be held as fields: why, as a sentence that ends it. */
export class Unheld extends Error {}

export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** A text with what the language acts on found, so that it can be stepped over. */
export class Source {
  readonly text: string;
  readonly language: TemplateLanguage;
  readonly #parts: readonly Part[];
  readonly #byPlace: ReadonlyMap<number, Part>;

  constructor(language: TemplateLanguage, text: string) {
    this.language = language;
    this.text = text;
    this.#parts = scan(language, text).filter((part) => part.kind !== 'text');
    this.#byPlace = new Map(this.#parts.map((part) => [part.from, part]));
  }

  /** What the language acts on that begins at a place. */
  partAt(at: number): Part | undefined {
    return this.#byPlace.get(at);
  }

  within(from: number, to: number): Part[] {
    return this.#parts.filter((part) => part.from >= from && part.to <= to);
  }

  /** Refuses a stretch in which a block begins and doesn't end, or the other way around. Throws Unheld. */
  balanced(from: number, to: number): void {
    let depth = 0;
    for (const part of this.within(from, to)) {
      if (part.block === 'open') depth++;
      if (part.block === 'close') depth--;
      if (depth < 0 || (part.block === 'middle' && depth === 0) || part.kind === 'broken') this.refuse(part);
    }
    if (depth !== 0) this.refuse(this.within(from, to).find((part) => part.block === 'open')!);
  }

  refuse(part: Part): never {
    const shown = this.text.slice(part.from, part.to).slice(0, 40);
    const why = part.kind === 'broken' ? 'is begun and never ended' : 'reaches over more than one field';
    throw new Unheld(`line ${lineOf(this.text, part.from)}: ${shown} ${why}`);
  }
}

/**
 * A text with its own pieces changed and what the language acts on left as it stands; null when the change would make
 * the language act on something else.
 */
export function aroundParts(
  language: TemplateLanguage,
  text: string,
  change: (piece: string) => string,
): string | null {
  const parts = scan(language, text);
  const said = (of: readonly Part[], from: string) =>
    JSON.stringify(of.filter((part) => part.kind !== 'text').map((part) => from.slice(part.from, part.to)));
  try {
    const out = parts
      .map((part) => (part.kind === 'text' ? change(part.inner) : text.slice(part.from, part.to)))
      .join('');
    return said(scan(language, out), out) === said(parts, text) ? out : null;
  } catch {
    return null;
  }
}
