/** Filters of values of any sort. */
import { isText, LanguageError, Tool } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { pretty } from '../pretty.ts';
import { isTrue } from '../types.ts';
import { Undefined } from '../values.ts';
import { filter, type Named } from './filter.ts';

export const valueFilters: Named[] = [
  filter('default', parameters('', { default_value: '', boolean: false }), (value, [otherwise, falsy]) =>
    value instanceof Undefined || (isTrue(falsy) && !isTrue(value)) ? otherwise : value,
  ),
  // Attributes alone, no keys: on a map only its methods.
  filter('attr', parameters('name'), (value, [name], run) => {
    if (value instanceof Undefined) throw value.fail();
    if (!isText(name)) throw new LanguageError('attr needs a name.');
    const found = (value instanceof Tool ? value.get(String(name)) : undefined) ?? run.method(value, String(name));
    return found ?? new Undefined(`There is no attribute ${name}`);
  }),
  filter('pprint', [], (value, _args, { budget }) => pretty(value, budget)),
];
