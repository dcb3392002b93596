/** Methods of values, by type: from these tables alone, so that nothing of JavaScript is ever reached. */
import { isMap, isText, Moment, type Text, type Value } from '../../core/index.ts';
import { momentAttribute, momentMethods } from '../bloomreach/moments.ts';
import { stripTags, unescapeHtml } from '../filters/strip-tags.ts';
import type { Run } from '../run.ts';
import { asNumber, typeName } from '../types.ts';
import { Callback, Markup, Range, Tuple } from '../values.ts';
import { CHANGES_LISTS, listMethods, rangeMethods, tupleMethods } from './list.ts';
import { CHANGES_MAPS, mapMethods } from './map.ts';
import { callMethod, type Entry, method, type Table } from './method.ts';
import { floatMethods, integerMethods, numberAttribute } from './number.ts';
import { cutting } from './text-cut.ts';
import { finding } from './text-find.ts';
import { shaping } from './text-shape.ts';

const textMethods: Table<Text> = new Map([...cutting, ...finding, ...shaping]);

/** What markup has beyond other texts. */
const markupMethods: Table<Text> = new Map([
  ...textMethods,
  method<Text>('striptags', [], (of, _args, { budget }) => stripTags(String(of), budget)),
  method<Text>('unescape', [], (of, _args, { budget }) => {
    budget.use(String(of).length);
    return unescapeHtml(String(of));
  }),
]);

/** Names of all methods that change what they are called on. */
export const CHANGING: readonly string[] = [...CHANGES_LISTS, ...CHANGES_MAPS];

function tableOf(of: Value): Table<never> | null {
  let table: Table<never> | null = null;
  if (isText(of)) table = of instanceof Markup ? markupMethods : textMethods;
  else if (Array.isArray(of)) table = listMethods;
  else if (of instanceof Tuple) table = tupleMethods;
  else if (of instanceof Range) table = rangeMethods;
  else if (of instanceof Moment) table = momentMethods;
  else if (isMap(of)) table = mapMethods;
  else if (asNumber(of) !== null) table = typeName(of) === 'float' ? floatMethods : integerMethods;
  return table;
}

/** The method or attribute of this name that values of this type have. */
export function methodOf(of: Value, name: string, run: Run): Value {
  const entry = tableOf(of)?.get(name) as Entry<Value> | undefined;
  const self = typeof of === 'boolean' ? asNumber(of) : of;
  if (entry !== undefined) return new Callback(name, (given) => callMethod(entry, name, self, given, run));
  return of instanceof Moment ? momentAttribute(of, name) : numberAttribute(of, name);
}
