import { isText, LanguageError, type Text, type Value } from '../../core/index.ts';
import { bind, type Parameters } from '../arguments.ts';
import type { Run } from '../run.ts';
import type { Given } from '../values.ts';

/** A method of values of one type: what it does with its arguments. */
export type Method<Of> = (of: Of, args: Value[], run: Run) => Value;

/** A method with its parameters. `raw`: it binds its arguments itself. */
export interface Entry<Of> {
  parameters: Parameters | null;
  /** Its arguments may be given by name; most of Python's own methods take them by place alone. */
  named?: boolean;
  run: (of: Of, args: Value[], run: Run, given: Given) => Value;
}

export type Table<Of> = ReadonlyMap<string, Entry<Of>>;

/** An entry of a table of methods. */
export function method<Of>(name: string, parameters: Parameters, run: Method<Of>): [string, Entry<Of>] {
  return [name, { parameters, run }];
}

/** An entry of a method whose arguments may be given by name, too. */
export function named<Of>(name: string, parameters: Parameters, run: Method<Of>): [string, Entry<Of>] {
  return [name, { parameters, run, named: true }];
}

/** Calls a method. Throws LanguageError when the arguments don't fit. */
export function callMethod<Of>(entry: Entry<Of>, name: string, of: Of, given: Given, run: Run): Value {
  run.budget.step();
  if (isText(of)) run.budget.through(String(of));
  if (entry.parameters !== null && entry.named !== true && given.kwargs.size > 0) {
    throw new LanguageError(`${name}() takes its arguments by place, not by name.`);
  }
  const args = entry.parameters === null ? given.args : bind(`${name}()`, entry.parameters, given);
  return entry.run(of, args, run, given);
}

export type TextMethod = [string, Entry<Text>];
