/** Parameters in double square brackets, `[[name]]`: what a step fills in. Unknown ones stay as they are written. */
import { concat, entry, marked, type Text, type Value } from '../../core/index.ts';
import type { Expr } from '../ast.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';

const PARAMETER = /\[\[ {0,9}([\p{L}_][\p{L}\p{N}_ .-]{0,99}?) {0,9}\]\]/gu;
/** Words that JSON may hold in two brackets. */
const JSON_WORDS = new Set(['true', 'false', 'null']);

/** Whether a parameter in double square brackets stands in a text. */
export function hasParameter(text: string): boolean {
  return text.includes('[[') && text.search(PARAMETER) !== -1;
}

/** A piece of text: the author's, or the name of a parameter with the text that it stands in place of. */
export type Bit = { text: string; name: string | null; offset: number };

/** The text cut at its parameters. */
export function bitsOf(text: string): Bit[] {
  const bits: Bit[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name } of text.matchAll(PARAMETER)) {
    if (JSON_WORDS.has(name!)) continue;
    if (index > from) bits.push({ text: text.slice(from, index), name: null, offset: from });
    bits.push({ text: whole, name: name!, offset: index });
    from = index + whole.length;
  }
  if (from < text.length) bits.push({ text: text.slice(from), name: null, offset: from });
  return bits;
}

/** The value of a parameter; undefined when there is none of that name. */
export function parameter(name: string, run: Run): Value {
  return run.parameters === null ? undefined : entry(run.parameters, name);
}

/** A string of the author's with its parameters filled in. */
export function substitute(text: string, run: Run): Text {
  const safe = run.options.automatic ? 'everywhere' : 'nowhere';
  const parts = bitsOf(text).map((bit): Text => {
    const value = bit.name === null ? undefined : parameter(bit.name, run);
    return value === undefined ? marked(bit.text, safe) : toText(value, run.budget);
  });
  return concat(parts, run.budget);
}

/** The name of the parameter that `[[name]]` within an expression means, where the parser saw a list in a list. */
export function parameterOf(node: Expr): string | null {
  if (node.kind !== 'list' || node.items.length !== 1) return null;
  const [inner] = node.items;
  if (inner?.kind !== 'list' || inner.items.length !== 1) return null;
  const [name] = inner.items;
  return name?.kind === 'name' ? name.name : null;
}
