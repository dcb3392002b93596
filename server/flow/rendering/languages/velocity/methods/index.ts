/** What a value can be asked for: a fixed table for each type, and nothing else of it. */
import { entry, isMap, isNumeric, isText, Moment, type Text, Tool, type Value } from '../../core/index.ts';
import type { Run } from '../run.ts';
import { listMethods } from './list.ts';
import { mapMethods } from './map.ts';
import { invoke } from './method.ts';
import { momentMethods } from './moment.ts';
import { booleanMethods, numberMethods } from './number.ts';
import { textMethods } from './text.ts';
import { Toolbox } from './toolbox.ts';

/** Calls a method of a value; undefined when its type has no such method for such arguments. */
export function callMethod(value: Value, name: string, args: readonly Value[], run: Run): Value {
  if (isText(value)) {
    run.budget.through(String(value));
    return invoke(textMethods, value as Text, name, args, run);
  }
  if (Array.isArray(value)) return invoke(listMethods, value, name, args, run);
  if (isMap(value)) return invoke(mapMethods, value, name, args, run);
  if (isNumeric(value)) return invoke(numberMethods, value, name, args, run);
  if (typeof value === 'boolean') return invoke(booleanMethods, value, name, args, run);
  if (value instanceof Moment) return invoke(momentMethods, value, name, args, run);
  if (value instanceof Toolbox) {
    for (const arg of args) if (isText(arg)) run.budget.through(String(arg));
    return invoke(value.methods, value, name, args, run);
  }
  if (!(value instanceof Tool)) return undefined;
  if (args.length > 0) return undefined;
  return name === 'toString' ? String(value) : value.get(name);
}

/** A property: the entry of a map, else what `getName()` or `isName()` gives. */
export function propertyOf(value: Value, name: string, run: Run): Value {
  if (isMap(value)) return entry(value, name);
  if (value instanceof Tool && !(value instanceof Toolbox)) return value.get(name);
  const upper = name.charAt(0).toUpperCase() + name.slice(1);
  return callMethod(value, `get${upper}`, [], run) ?? callMethod(value, `is${upper}`, [], run);
}
