import { dateFilters } from './dates.ts';
import { digestFilters } from './digests.ts';
import type { Filter } from './filter.ts';
import { jsonFilters } from './json.ts';
import { listFilters } from './lists.ts';
import { markupFilters } from './markup.ts';
import { mathFilters } from './math.ts';
import { moneyFilters } from './money.ts';
import { pickFilters } from './pick.ts';
import { replaceFilters } from './replace.ts';
import { textFilters } from './text.ts';
import { wordFilters } from './words.ts';

export type { Filter } from './filter.ts';

/** All filters: Shopify's standard ones, Customer.io's, and some that are common elsewhere. */
export const filters: ReadonlyMap<string, Filter> = new Map([
  ...textFilters,
  ...wordFilters,
  ...replaceFilters,
  ...markupFilters,
  ...listFilters,
  ...pickFilters,
  ...mathFilters,
  ...moneyFilters,
  ...dateFilters,
  ...jsonFilters,
  ...digestFilters,
]);
