import { ExactNumber } from '../../../../platform/json.ts';
import type { Piece, Place, RunOptions } from '../../language.ts';
import type { Budget } from './budget.ts';
import { jsonText } from './json.ts';
import { fromParts, Marked, NOTHING, type Part, type Text } from './marked.ts';
import { Float, isNumeric } from './numbers.ts';
import { isMap, Tool, type Value } from './values.ts';

/** A literal of the template, made once when it is parsed and put out many times. */
export function literalPiece(text: string, place: () => Place): Piece {
  return { kind: 'literal', value: text, place };
}

/**
 * What a run puts out, piece by piece. A language gives each value as it is; what it is in JSON, and what of it is
 * data, is decided here, the same for all languages. A block that is captured (a macro, a set block) is an Output of
 * its own, read with `text`.
 */
export class Output {
  readonly pieces: Piece[] = [];
  readonly #budget: Budget;
  readonly #options: RunOptions;
  readonly #print: (value: Value) => string;

  /** `print`: the text of a value in the language's way, charged to the budget. */
  constructor(budget: Budget, options: RunOptions, print: (value: Value) => string) {
    this.#budget = budget;
    this.#options = options;
    this.#print = print;
  }

  /** The author's text. */
  literal(piece: Piece): void {
    this.#budget.put((piece.value as string).length);
    this.pieces.push(piece);
  }

  /** Data whose author opted out of escaping, and text that the language has escaped itself. */
  raw(text: string, place: (() => Place) | null): void {
    this.#budget.put(text.length);
    if (text !== '') this.pieces.push({ kind: 'raw', value: text, place });
  }

  /** A list or map as JSON, and as the language prints it where it stands within text. */
  fragment(json: string, text: string, place: (() => Place) | null): void {
    this.#budget.put(Math.max(json.length, text.length));
    this.pieces.push({ kind: 'fragment', value: json, text, place });
  }

  /** A value: marked texts by their parts; in JSON numbers, booleans and null typed, lists and maps as fragments. */
  value(value: Value, place: (() => Place) | null): void {
    if (typeof value === 'string') {
      this.#budget.put(value.length);
      this.pieces.push({ kind: 'value', value, place });
    } else if (value instanceof Marked) {
      this.#budget.put(value.text.length);
      if (!this.#options.automatic) this.pieces.push({ kind: 'value', value: value.text, place });
      // An empty text of the author's shows in JSON alone: where a member needs a value, it is one.
      else if (value.text !== '' || this.#options.fragments || value.parts.some((part) => part.value !== undefined))
        this.pieces.push({ kind: 'marked', value, place });
    } else if (this.#options.automatic && this.#options.fragments) {
      this.#typed(value, place);
    } else {
      const text = this.#print(value);
      this.#budget.put(text.length);
      this.pieces.push({ kind: 'value', value: text, place });
    }
  }

  #typed(value: Value, place: (() => Place) | null): void {
    if (Array.isArray(value) || isMap(value) || (value instanceof Tool && typeof value.plain() !== 'string')) {
      const text = jsonText(value, this.#budget);
      this.#budget.put(text.length);
      this.pieces.push({ kind: 'fragment', value: text, place });
      return;
    }
    const text = this.#print(value);
    this.#budget.put(text.length);
    const simple = value === null || value === undefined || typeof value === 'boolean' || isNumeric(value);
    this.pieces.push({ kind: 'value', value: simple ? plainNumber(value) : text, text, place });
  }

  /** All of it as one text: marked, if the run escapes automatically. */
  text(): Text {
    if (!this.#options.automatic) return this.pieces.map(({ value }) => value as string).join('');
    if (this.pieces.length === 0) return NOTHING;
    return fromParts(this.pieces.flatMap(toParts));
  }
}

function plainNumber(value: Value): Value {
  if (value instanceof Float) return Number.isFinite(value.value) ? new ExactNumber(String(value)) : null;
  return typeof value === 'bigint' ? new ExactNumber(String(value)) : value;
}

function toParts({ kind, value, text }: Piece): readonly Part[] {
  switch (kind) {
    case 'marked':
      return (value as Marked).parts;
    case 'fragment':
      return [{ text: text ?? (value as string), safe: 'nowhere', value: { json: value as string } }];
    case 'value':
      if (typeof value === 'string') return [{ text: value, safe: 'nowhere' }];
      return [{ text: text ?? '', safe: 'nowhere', value: { json: String(value ?? null) } }];
    default:
      return [{ text: value as string, safe: 'everywhere' }];
  }
}
