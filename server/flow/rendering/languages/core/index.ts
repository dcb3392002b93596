/**
 * What all template languages are built on. A language is a folder beside this one whose `index.ts` exports
 * `createX(snippets): Language` (../../language.ts) and is named in ../../program.ts; it brings a parser and an
 * evaluator, and takes everything else from here:
 *
 * - **Values** (values.ts, numbers.ts, moment.ts): the scope's JSON values as they are, never copied: `kindOf`, `isMap`,
 *   `entry`, `keysOf`, `entriesOf` read them, own entries alone, so that `constructor` and `__proto__` are missing keys
 *   like others. Never read `value[name]` of data by yourself. What a template makes are arrays, `Map`s, strings,
 *   numbers, `Float`s, bigints, `Moment`s, and your own `Tool`s, which answer names by `get` and nothing else. The
 *   scope's lists and objects are shared by all fields of a request: copy before a template may change one.
 * - **Budget** (budget.ts): one per run. `step()` for each statement and turn of a loop, `use()` before a string is made,
 *   `items()`, `entries()` before lists and maps grow, `steps()` before a built-in goes through many items,
 *   `enter()`/`leave()` around calls and nested printing. Output charges what is put out.
 * - **Texts** (marked.ts): a string is data. `Marked` is a text that knows which parts the author wrote or opted out.
 *   In a run with `automatic`, evaluate string literals to `marked(text, 'everywhere')`, what `raw`, `safe`, `json` give
 *   likewise, HTML-escaped text to 'xml', percent-encoded to 'url'; join, cut and replace with the functions there, and
 *   compare by `String(text)`. In a run without it, plain strings do. Escaping itself happens later, in ../../escaping.
 * - **Output** (output.ts): `literal` (a piece made once by `literalPiece` while parsing), `value`, `raw`; `text()` of an
 *   Output of its own is a captured block. `pieces` is what `Template.run` returns.
 * - **Errors** (source.ts): throw `LanguageError(message, hint)` anywhere, `AbortSignal(reason)` to end the delivery, and
 *   turn what was thrown into the one shape with `source.failure(error, offset)`, where the offset is known.
 *
 * No eval, no Function, no native RegExp made of what a template or data say (re2js is linear).
 */
export { bounded, combine, divide, isWhole, MOST_BITS } from './arithmetic.ts';
export { Budget, BudgetError, LIMITS, type Limits } from './budget.ts';
export { copyOf } from './copy.ts';
export { NAME_OF } from './entities.ts';
export { escapeHtml, percent } from './escape.ts';
export { jsonText } from './json.ts';
export {
  beside,
  concat,
  fromParts,
  isText,
  Marked,
  mapText,
  marked,
  NOTHING,
  type Part,
  partsOf,
  replace,
  type Safe,
  slice,
  type Text,
} from './marked.ts';
export { addMonths, type Fields, fieldsOf, instantOf, Moment, offsetOf } from './moment.ts';
export {
  compareNumbers,
  counted,
  Float,
  float,
  floatText,
  integer,
  isInteger,
  isNumeric,
  type Numeric,
  toDouble,
} from './numbers.ts';
export { literalPiece, Output } from './output.ts';
export { AbortSignal, failureAt, LanguageError, Source } from './source.ts';
export { strftime } from './strftime.ts';
export {
  entriesOf,
  entry,
  hasEntry,
  isMap,
  type Kind,
  keysOf,
  kindOf,
  type MapValue,
  sizeOf,
  Tool,
  type Value,
} from './values.ts';
