import { entriesOf, isMap, isText, LanguageError, type Value } from '../core/index.ts';
import type { Args, Expr } from './ast.ts';
import type { Frame } from './run.ts';
import type { Evaluate } from './scope.ts';
import { iterate, typeName } from './types.ts';
import { Callable, type Given, Undefined } from './values.ts';

export type Compile = (node: Expr) => Evaluate;

const NONE: Given = { args: [], kwargs: new Map() };

/** Evaluates the arguments of a call. */
export function compileArgs({ args, kwargs, rest, restKwargs }: Args, compile: Compile): (frame: Frame) => Given {
  if (args.length === 0 && kwargs.length === 0 && rest === null && restKwargs === null) return () => NONE;
  const values = args.map(compile);
  const named = kwargs.map(([name, value]): [string, Evaluate] => [name, compile(value)]);
  const more = rest === null ? null : compile(rest);
  const moreNamed = restKwargs === null ? null : compile(restKwargs);
  return (frame) => {
    const given: Given = { args: values.map((value) => value(frame)), kwargs: new Map() };
    if (more !== null) {
      for (const value of iterate(more(frame), frame.run.budget)) {
        frame.run.budget.items(1);
        given.args.push(value);
      }
    }
    for (const [name, value] of named) given.kwargs.set(name, value(frame));
    if (moreNamed !== null) addNamed(given.kwargs, moreNamed(frame));
    return given;
  };
}

function addNamed(kwargs: Map<string, Value>, map: Value): void {
  if (!isMap(map)) throw new LanguageError(`** needs a map, not a ${typeName(map)}.`);
  for (const [key, value] of entriesOf(map)) {
    if (!isText(key)) throw new LanguageError('The keys of what stands after ** must be texts.');
    if (kwargs.has(String(key))) throw new LanguageError(`${key} is given twice.`);
    kwargs.set(String(key), value);
  }
}

/** Calls a value. Throws LanguageError when it can't be called. */
export function call(value: Value, given: Given): Value {
  if (value instanceof Callable) return value.call(given);
  if (value instanceof Undefined) throw value.fail();
  throw new LanguageError(`A ${typeName(value)} can't be called.`);
}
