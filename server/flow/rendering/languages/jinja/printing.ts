/** How values come into the output. */
import { isText, LanguageError, Output, type Source, type Text, type Value } from '../core/index.ts';
import { str, toText } from './print.ts';
import type { Frame, Run } from './run.ts';
import { listOf, typeName } from './types.ts';
import { escapeMarkup, Generator, Markup, Undefined } from './values.ts';

/** Where a piece of the template stands; found out on demand. */
export type Where = () => ReturnType<Source['place']>;

/** A new output of a run, for the whole of it or for a block that is captured. */
export function outputOf({ budget, options }: Run): Output {
  return new Output(budget, options, (value) => str(value, budget));
}

/** What an act puts out, as one text. */
export function capture(frame: Frame, act: (out: Output) => void): Text {
  const out = outputOf(frame.run);
  act(out);
  const text = out.text();
  frame.run.budget.use(String(text).length);
  return text;
}

/** Puts out a value: escaped for HTML within autoescape, unless it is markup. */
export function print(value: Value, out: Output, run: Run, where: Where | null): void {
  if (typeof value === 'string' && !run.autoescape) out.value(value, where);
  else if (value instanceof Undefined) {
    if (!value.silent) out.value(undefined, where);
  } else if (run.autoescape && !(value instanceof Markup)) {
    out.value(escapeMarkup(toText(value, run.budget)), where);
  } else if (value instanceof Generator) {
    out.value(listOf(value, run.budget), where);
  } else out.value(value, where);
}

/** What a filter block puts out; filters that give something else need `|string` after them, as Jinja has it. */
export function mustBeText(value: Value): Value {
  if (isText(value)) return value;
  throw new LanguageError(`A filter block gives a text, not a ${typeName(value)}.`, 'Add |string to its filters.');
}
