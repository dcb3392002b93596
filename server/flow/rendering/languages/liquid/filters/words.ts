/** Filters of words: Shopify's and Customer.io's. */
import type { Value } from '../../core/index.ts';
import { looseInteger } from '../numbers.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { type Act, filter, type Named } from './filter.ts';

function made(change: (text: string) => string): Act {
  return (value: Value, _args: readonly Value[], run: Run) => {
    const text = String(toText(value, run));
    run.budget.use(text.length);
    return change(text);
  };
}

/** `a-name of things` → `ANameOfThings`. */
const camelized = made((text) =>
  text
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(''),
);
/** `100% M & Ms!` → `100-m-ms`. */
const handle = made((text) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-'),
);

export const wordFilters: Named[] = [
  filter('camelize', 0, 0, camelized),
  filter('camelcase', 0, 0, camelized),
  filter('handle', 0, 0, handle),
  filter('handleize', 0, 0, handle),
  filter('pluralize', 2, 2, (value, [one, many]) => (looseInteger(value) === 1 ? one : many)),
];
