import { type Budget, concat, isMap, isText, jsonText, Marked, marked, type Text, type Value } from '../core/index.ts';

/** The text of a value: nothing for what isn't there, the items of a list with commas between them, a map as JSON. */
export function print(value: Value, budget: Budget): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return String(join(value, budget));
  if (isMap(value)) return jsonText(value, budget);
  const text = String(value);
  budget.use(text.length);
  return text;
}

/** The items of a list with the author's commas between them; marked items stay so. */
export function join(items: readonly Value[], budget: Budget): Text {
  const comma = marked(',', 'everywhere');
  const whole = items.some((item) => item instanceof Marked);
  budget.enter();
  const texts: Text[] = [];
  for (const item of items) {
    budget.step();
    if (texts.length > 0) texts.push(whole ? comma : ',');
    texts.push(isText(item) ? item : print(item, budget));
  }
  budget.leave();
  return concat(texts, budget);
}
