/** All filters: Jinja's own, and the vendor's. */
import { bloomreachFilters } from '../bloomreach/filters.ts';

import type { Filter } from '../run.ts';
import { htmlFilters } from './html.ts';
import { jsonFilters } from './json.ts';
import { listFilters } from './lists.ts';
import { numberFilters } from './numbers.ts';
import { pickFilters } from './pick.ts';
import { textFilters } from './text.ts';
import { valueFilters } from './values.ts';
import { wrapFilters } from './wrap.ts';

const all = new Map<string, Filter>([
  ...bloomreachFilters,
  ...htmlFilters,
  ...jsonFilters,
  ...listFilters,
  ...numberFilters,
  ...pickFilters,
  ...textFilters,
  ...valueFilters,
  ...wrapFilters,
]);
for (const [name, other] of [
  ['count', 'length'],
  ['d', 'default'],
  ['e', 'escape'],
]) {
  all.set(name!, all.get(other!)!);
}

export const filters: ReadonlyMap<string, Filter> = all;
