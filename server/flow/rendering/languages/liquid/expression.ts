/** Expressions → closures, read as Ruby's lax parser reads them: nothing is refused. */
import { BudgetError, float, isText, marked, type Value } from '../core/index.ts';
import { Question } from './compare.ts';
import { at } from './lookup.ts';
import { strictInteger, toInteger } from './numbers.ts';
import { strip } from './patterns.ts';
import { Range } from './range.ts';
import { type Evaluate, find } from './run.ts';

/** An expression. `fixed`: its value, when it is one that the author wrote. */
export interface Expression {
  get: Evaluate;
  fixed: { value: Value } | null;
  /** What it says, for things that are remembered by it. */
  text: string;
}

const MOST_LEVELS = 100;
const LITERALS = new Map<string, Value>([
  ['', null],
  ['nil', null],
  ['null', null],
  ['true', true],
  ['false', false],
  ['blank', ''],
  ['empty', ''],
]);

function fixed(value: Value, text: string): Expression {
  return { get: () => value, fixed: { value }, text };
}

/** What a markup means; throws BudgetError when it nests too deep, and nothing else. */
export function parseExpression(markup: string, depth = 0): Expression {
  if (depth > MOST_LEVELS) throw new BudgetError(`The template nests more than ${MOST_LEVELS} levels deep.`);
  const text = strip(markup);
  const quote = text[0];
  if ((quote === '"' || quote === "'") && text.endsWith(quote)) {
    const value = text.slice(1, Math.max(1, text.length - 1));
    const own = marked(value, 'everywhere');
    return { get: ({ options }) => (options.automatic ? own : value), fixed: { value }, text };
  }
  if (LITERALS.has(text)) return fixed(LITERALS.get(text), text);
  return numberOf(text) ?? rangeOf(text, depth) ?? lookup(text, depth);
}

/** An operand of a comparison, in which `blank` and `empty` are questions. */
export function parseOperand(markup: string): Expression {
  if (markup === 'blank' || markup === 'empty') return fixed(new Question(markup), markup);
  return parseExpression(markup);
}

function numberOf(text: string): Expression | null {
  if (!/^-?\d[\d.]*$/.test(text)) return null;
  if (/^-?\d+$/.test(text)) {
    const value = toInteger(text);
    const small = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
    return fixed(small ? Number(value) : value, text);
  }
  return fixed(float(Number.parseFloat(text)), text);
}

function rangeOf(text: string, depth: number): Expression | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null;
  const inner = strip(text.slice(1, -1));
  const dots = inner.lastIndexOf('..');
  if (dots <= 0) return null;
  const sides = [strip(inner.slice(0, dots)), strip(inner.slice(dots + 2))] as const;
  if (sides.some((side) => side === '' || /[ \t\n\v\f\r]/.test(side))) return null;
  const [first, last] = [parseExpression(sides[0], depth + 1), parseExpression(sides[1], depth + 1)];
  const key = `(${first.text}..${last.text})`;
  if (first.fixed !== null && last.fixed !== null) {
    return fixed(new Range(edge(first.fixed.value, true), edge(last.fixed.value, true)), key);
  }
  return { get: (run) => new Range(edge(first.get(run), false), edge(last.get(run), false)), fixed: null, text: key };
}

/** An end of a range. `written`: the author's own number, of which a part behind the point is cut off. */
function edge(value: Value, written: boolean): number {
  if (value === null || value === undefined) return 0;
  if (isText(value)) return Number(toInteger(String(value)));
  if (written && typeof value === 'number') return Math.trunc(value);
  return strictInteger(value);
}

/** For each bracket that opens, where its own closes. */
function partners(text: string): Map<number, number> {
  const open: number[] = [];
  const found = new Map<number, number>();
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') open.push(i);
    else if (text[i] === ']' && open.length > 0) found.set(open.pop()!, i);
  }
  return found;
}

/** The names and bracketed keys in a text; what stands between them is passed over. */
function segments(text: string): string[] {
  const closing = partners(text);
  const name = /[\w-]+\??/y;
  const found: string[] = [];
  for (let i = 0; i < text.length; ) {
    const end = closing.get(i);
    name.lastIndex = i;
    const word = end === undefined ? name.exec(text)?.[0] : text.slice(i, end + 1);
    if (word !== undefined) found.push(word);
    i += word?.length ?? 1;
  }
  return found;
}

type Key = { name: string } | { expression: Expression };

function keyOf(segment: string, depth: number): Key {
  return segment.startsWith('[') ? { expression: parseExpression(segment.slice(1, -1), depth + 1) } : { name: segment };
}

function lookup(text: string, depth: number): Expression {
  const [first, ...rest] = segments(text).map((segment) => keyOf(segment, depth));
  if (first === undefined) return fixed(null, text);
  const root: Evaluate =
    'name' in first
      ? (run) => find(run, first.name)
      : (run) => {
          const name = first.expression.get(run);
          return isText(name) ? find(run, String(name)) : undefined;
        };
  return { get: follow(root, rest), fixed: null, text };
}

function follow(root: Evaluate, keys: Key[]): Evaluate {
  if (keys.length === 0) return root;
  if (keys.every((key) => 'name' in key)) {
    const names = keys.map(({ name }) => name);
    return (run) => {
      let value = root(run);
      for (const name of names) {
        if (value === null || value === undefined) return undefined;
        value = at(value, name, true, run.budget);
      }
      return value;
    };
  }
  return (run) => {
    let value = root(run);
    for (const key of keys) {
      if (value === null || value === undefined) return undefined;
      value =
        'name' in key ? at(value, key.name, true, run.budget) : at(value, key.expression.get(run), false, run.budget);
    }
    return value;
  };
}
