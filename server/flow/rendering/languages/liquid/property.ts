import { type Budget, isMap, isNumeric, isText, LanguageError, Tool, toDouble, type Value } from '../core/index.ts';
import { at } from './lookup.ts';
import { textOf } from './print.ts';

/** Whether a filter may ask an item for a property: maps, and by Ruby's rules texts and whole numbers. */
export function hasProperties(item: Value): boolean {
  if (isNumeric(item)) return Number.isInteger(toDouble(item));
  return isText(item) || isMap(item) || Array.isArray(item) || item instanceof Tool;
}

/**
 * An item's property; of a text the property's name itself, if the text holds it. Throws LanguageError for items that
 * have none, such as numbers.
 */
export function propertyOf(item: Value, name: Value, budget: Budget): Value {
  if (isMap(item) || item instanceof Tool) return at(item, name, false, budget);
  // Ruby's whole numbers answer their bits.
  if (isNumeric(item) && typeof name === 'number') return Math.floor(toDouble(item) / 2 ** Math.max(0, name)) % 2;
  if (isText(item) && isText(name)) return String(item).includes(String(name)) ? String(name) : undefined;
  throw new LanguageError(
    `An item of the list has no property ${textOf(name, budget).slice(0, 100)}.`,
    'Only the items of lists of maps have properties.',
  );
}
