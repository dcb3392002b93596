/** Attributes, items and slices: what `a.b`, `a["b"]` and `a[1:3]` find. Own data and tables of methods, nothing else. */
import { type Budget, entry, hasEntry, isMap, isText, LanguageError, Tool, type Value } from '../core/index.ts';
import { lengthOf, points, sliceText } from './points.ts';
import type { Run } from './run.ts';
import { asIndex, asKey, asNumber, canBeKey, typeName } from './types.ts';
import { asMarkup, Markup, Range, Tuple, Undefined } from './values.ts';

/** `of.name`: a method or an own attribute first, then a key of that name; else undefined. */
export function attribute(of: Value, name: string, run: Run): Value {
  const method = own(of, name, run);
  if (method !== undefined) return method;
  if (isMap(of) && hasEntry(of, name)) return entry(of, name);
  return missing(of, name);
}

/** `of[key]`: an item first, then, for a name, what `attribute` finds. */
export function item(of: Value, key: Value, run: Run): Value {
  if (key instanceof Slice) return slices(of, key, run.budget);
  if (isMap(of)) {
    const name = canBeKey(key) ? asKey(key) : undefined;
    if (name !== undefined && hasEntry(of, name)) return entry(of, name);
  } else {
    const found = at(of, key);
    if (found !== undefined) return found;
  }
  if (isText(key)) return own(of, String(key), run) ?? missing(of, String(key));
  if (of instanceof Undefined) throw of.fail();
  return new Undefined(`There is no item ${label(key)} in this ${typeName(of)}`);
}

function label(key: Value): string {
  return asNumber(key) === null ? `of type ${typeName(key)}` : String(key);
}

function own(of: Value, name: string, run: Run): Value {
  if (of instanceof Undefined) throw of.fail();
  if (of instanceof Tool) {
    const found = of.get(name);
    if (found !== undefined) return found;
  }
  return run.method(of, name);
}

function missing(of: Value, name: string): Undefined {
  return new Undefined(of === null ? `none has no ${name}` : `There is no ${name} in this ${typeName(of)}`);
}

/** The item of a list, tuple, range or text; places below 0 count from the end. */
function at(of: Value, key: Value): Value {
  const place = asNumber(key);
  if (typeof place !== 'number' || !Number.isInteger(place)) return undefined;
  if (of instanceof Range) {
    const index = place < 0 ? place + of.length : place;
    return index >= 0 && index < of.length ? of.start + index * of.step : undefined;
  }
  if (isText(of)) {
    const length = lengthOf(String(of));
    const index = place < 0 ? place + length : place;
    return index >= 0 && index < length ? likeText(of, sliceText(of, index, index + 1)) : undefined;
  }
  const items = Array.isArray(of) ? of : of instanceof Tuple ? of.items : null;
  return items?.at(place);
}

function likeText(of: Value, cut: Value): Value {
  return of instanceof Markup && isText(cut) ? asMarkup(cut) : cut;
}

/** `start:stop:step` in a subscript. */
export class Slice extends Tool {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
  constructor(start: Value, stop: Value, step: Value) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
  override toString(): string {
    return 'slice';
  }
  /** The places that are meant in something of this length: first, last (excluded) and step, as Python bounds them. */
  bounds(length: number): [number, number, number] {
    const step = this.step === null ? 1 : asIndex(this.step, "A slice's step");
    if (step === 0) throw new LanguageError("A slice's step can't be 0.");
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const bound = (given: Value, otherwise: number): number => {
      if (given === null) return otherwise;
      const place = asIndex(given, "A slice's end");
      return Math.min(Math.max(place < 0 ? place + length : place, low), high);
    };
    return [bound(this.start, step > 0 ? low : high), bound(this.stop, step > 0 ? high : low), step];
  }
}

function slices(of: Value, slice: Slice, budget: Budget): Value {
  if (isText(of)) {
    const length = lengthOf(String(of));
    const [start, stop, step] = slice.bounds(length);
    if (step !== 1) budget.items(length);
    budget.use(length);
    if (step === 1) return likeText(of, sliceText(of, start, Math.max(start, stop)));
    return pick(points(String(of)), start, stop, step).join('');
  }
  if (of instanceof Range) {
    const [start, stop, step] = slice.bounds(of.length);
    return new Range(of.start + start * of.step, of.start + stop * of.step, of.step * step);
  }
  const items = Array.isArray(of) ? of : of instanceof Tuple ? of.items : null;
  if (items === null) {
    if (of instanceof Undefined) throw of.fail();
    throw new LanguageError(`A ${typeName(of)} can't be sliced.`, 'Texts and lists can: add |string or |list.');
  }
  const [start, stop, step] = slice.bounds(items.length);
  budget.items(items.length);
  const picked = pick(items, start, stop, step);
  return of instanceof Tuple ? new Tuple(picked) : picked;
}

function pick<T>(items: readonly T[], start: number, stop: number, step: number): T[] {
  if (step === 1) return items.slice(start, Math.max(start, stop));
  const picked: T[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) picked.push(items[i]!);
  return picked;
}
