/** Filters that count. */
import type { Value } from '../../core/index.ts';
import {
  asValue,
  calculate,
  compareCounted,
  looseInteger,
  magnitude,
  type Operation,
  round,
  toCounted,
  wholePart,
} from '../numbers.ts';
import { filter, type Named } from './filter.ts';

function operation(name: Operation): Named {
  return filter(name, 1, 1, (value, [other]) => asValue(calculate(name, toCounted(value), toCounted(other))));
}

/** Without places behind the point it is a whole number. */
function rounded(value: Value, [places = 0]: readonly Value[]): Value {
  const behind = Number(asValue(wholePart(toCounted(places))));
  const result = round(toCounted(value), behind, 0);
  return asValue(behind < 1 ? wholePart(result) : result);
}

export const mathFilters: Named[] = [
  operation('plus'),
  operation('minus'),
  operation('times'),
  operation('divided_by'),
  operation('modulo'),
  filter('abs', 0, 0, (value) => asValue(magnitude(toCounted(value)))),
  filter('round', 0, 1, rounded),
  filter('ceil', 0, 0, (value) => asValue(wholePart(round(toCounted(value), 0, 1)))),
  filter('floor', 0, 0, (value) => asValue(wholePart(round(toCounted(value), 0, -1)))),
  filter('at_least', 1, 1, (value, [least]) => {
    const [a, b] = [toCounted(value), toCounted(least)];
    return asValue(compareCounted(b, a) > 0 ? b : a);
  }),
  filter('at_most', 1, 1, (value, [most]) => {
    const [a, b] = [toCounted(value), toCounted(most)];
    return asValue(compareCounted(b, a) < 0 ? b : a);
  }),
  filter('to_integer', 0, 0, (value) => looseInteger(value)),
];
