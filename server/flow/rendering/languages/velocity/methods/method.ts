import { isNumeric, isText, LanguageError, NOTHING, type Value } from '../../core/index.ts';
import type { Run } from '../run.ts';

/**
 * A method of a type. `takes`: the arguments of each form of it, a letter each: `i` an integer, `n` a number, `s` a
 * text, `b` a boolean, `l` a list, `o` anything. What fits no form is as if there were no such method.
 */
export interface Method<Self> {
  takes: readonly string[];
  run: (self: Self, args: readonly Value[], run: Run) => Value;
}

/** Methods by name. A Map, so that no name of JavaScript's own is ever one of them. */
export type Methods<Self> = ReadonlyMap<string, Method<Self>>;

/** A method whose forms stand in a text: `'s si'` takes a text, or a text and an integer; `''` nothing. */
export function method<Self>(forms: string, run: Method<Self>['run']): Method<Self> {
  return { takes: forms.split(' ').map((form) => (form === '-' ? '' : form)), run };
}

/** What a method without a result gives: it prints as nothing. */
export function nothing({ options }: Run): Value {
  return options.automatic ? NOTHING : '';
}

/**
 * Calls a method; undefined when there is none of that name for such arguments. Throws LanguageError when a
 * text is missing.
 */
export function invoke<Self>(
  methods: Methods<Self>,
  self: Self,
  name: string,
  args: readonly Value[],
  run: Run,
): Value {
  const found = methods.get(name);
  const form = found?.takes.find((one) => fits(one, args));
  if (found === undefined || form === undefined) return undefined;
  if (args.some((arg, i) => form[i] === 's' && (arg === null || arg === undefined))) {
    throw new LanguageError(`${name}() was given nothing where it needs a text.`, 'Use $!reference in double quotes.');
  }
  return found.run(self, args, run);
}

function fits(form: string, args: readonly Value[]): boolean {
  return form.length === args.length && args.every((arg, i) => isOf(form[i]!, arg));
}

function isOf(kind: string, value: Value): boolean {
  switch (kind) {
    case 'i':
      return Number.isSafeInteger(value);
    case 'n':
      return isNumeric(value);
    case 's':
      return isText(value) || value === null || value === undefined;
    case 'b':
      return typeof value === 'boolean';
    case 'l':
      return Array.isArray(value);
    default:
      return true;
  }
}

/** An index within a length. Throws LanguageError when it is outside. */
export function within(index: Value, length: number, what: string): number {
  if ((index as number) >= 0 && (index as number) < length) return index as number;
  throw new LanguageError(`The ${what} has ${length} places from 0 on; there is none at ${index}.`);
}
