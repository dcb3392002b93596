import type { BinaryOperator, CompareOperator, Expr } from './ast.ts';
import { type Grammar, parseFilters, parsePostfix } from './parse-postfix.ts';
import type { TokenStream } from './stream.ts';

const COMPARE = new Set(['==', '!=', '<', '<=', '>', '>=']);
const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** An expression; `conditional`: `a if b else c` is part of it. */
export function parseExpression(stream: TokenStream, conditional = true): Expr {
  return stream.deeper(() => (conditional ? parseCondition(stream) : parseOr(stream)));
}

function parseCondition(stream: TokenStream): Expr {
  let yes = parseOr(stream);
  while (stream.isName('if')) {
    const at = stream.next().offset;
    const test = parseOr(stream);
    const no = stream.skipName('else') ? stream.deeper(() => parseCondition(stream)) : null;
    yes = { kind: 'condition', at, test, yes, no };
  }
  return yes;
}

function parseOr(stream: TokenStream): Expr {
  let left = parseAnd(stream);
  while (stream.isName('or')) {
    const at = stream.next().offset;
    left = { kind: 'or', at, left, right: parseAnd(stream) };
  }
  return left;
}

function parseAnd(stream: TokenStream): Expr {
  let left = parseNot(stream);
  while (stream.isName('and')) {
    const at = stream.next().offset;
    left = { kind: 'and', at, left, right: parseNot(stream) };
  }
  return left;
}

function parseNot(stream: TokenStream): Expr {
  if (!stream.isName('not')) return parseCompare(stream);
  const at = stream.next().offset;
  return { kind: 'not', at, of: stream.deeper(() => parseNot(stream)) };
}

function parseCompare(stream: TokenStream): Expr {
  const first = parseSum(stream);
  const rest: [CompareOperator, Expr][] = [];
  const { offset: at } = stream.current;
  for (;;) {
    const { current, following } = stream;
    if (current.type === 'operator' && COMPARE.has(current.text)) {
      stream.next();
      rest.push([current.text as CompareOperator, parseSum(stream)]);
    } else if (stream.skipName('in')) {
      rest.push(['in', parseSum(stream)]);
    } else if (stream.isName('not') && following.type === 'name' && following.text === 'in') {
      stream.next();
      stream.next();
      rest.push(['not in', parseSum(stream)]);
    } else break;
  }
  return rest.length === 0 ? first : { kind: 'compare', at, first, rest };
}

/** A chain of operators that are read from left to right. */
function chain(stream: TokenStream, operators: BinaryOperator[], operand: (stream: TokenStream) => Expr): Expr {
  let left = operand(stream);
  for (;;) {
    const operator = operators.find((one) => stream.isOperator(one));
    if (operator === undefined) return left;
    const at = stream.next().offset;
    left = { kind: 'binary', at, operator, left, right: operand(stream) };
  }
}

const parseSum = (stream: TokenStream) => chain(stream, ['+', '-'], parseConcat);
const parseProduct = (stream: TokenStream) => chain(stream, ['*', '/', '//', '%'], parsePower);
const parsePower = (stream: TokenStream) => chain(stream, ['**'], parseUnary);

function parseConcat(stream: TokenStream): Expr {
  const items = [parseProduct(stream)];
  const { offset: at } = stream.current;
  while (stream.skip('~')) items.push(parseProduct(stream));
  return items.length === 1 ? items[0]! : { kind: 'concat', at, items };
}

function parseUnary(stream: TokenStream, filters = true): Expr {
  const { current } = stream;
  let node: Expr;
  if (stream.isOperator('-') || stream.isOperator('+')) {
    stream.next();
    const of = stream.deeper(() => parseUnary(stream, false));
    node = { kind: current.text === '-' ? 'negative' : 'positive', at: current.offset, of };
  } else node = parsePrimary(stream);
  node = parsePostfix(stream, node, GRAMMAR);
  return filters ? parseFilters(stream, node, GRAMMAR) : node;
}

/** A name, literal, or what stands in brackets. */
export function parsePrimary(stream: TokenStream): Expr {
  const { type, text, value, offset: at } = stream.current;
  switch (type) {
    case 'name': {
      stream.next();
      const constant = CONSTANTS.get(text);
      return constant === undefined ? { kind: 'name', at, name: text } : { kind: 'constant', at, value: constant };
    }
    case 'string': {
      let all = '';
      while (stream.current.type === 'string') all += stream.next().value as string;
      return { kind: 'text', at, value: all };
    }
    case 'number':
      stream.next();
      return { kind: 'number', at, value: value as number };
    case 'operator':
      if (text === '(') return stream.deeper(() => parseParentheses(stream));
      if (text === '[') return stream.deeper(() => parseList(stream));
      if (text === '{') return stream.deeper(() => parseDict(stream));
      break;
    default:
  }
  throw stream.unexpected('expected a value');
}

function parseParentheses(stream: TokenStream): Expr {
  stream.next();
  const inner = parseTuple(stream, { empty: true });
  stream.expect(')');
  return inner;
}

interface TupleOptions {
  conditional?: boolean;
  /** Nothing at all is a tuple, too. */
  empty?: boolean;
  /** A name that ends it. */
  until?: string;
}

/** An expression, or several with commas between them, which make a tuple. */
export function parseTuple(stream: TokenStream, options: TupleOptions = {}): Expr {
  const { offset: at } = stream.current;
  const items: Expr[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) stream.expect(',');
    const { type } = stream.current;
    if (type === 'end' || stream.isOperator(')') || (options.until && stream.isName(options.until))) break;
    items.push(parseExpression(stream, options.conditional ?? true));
    if (!stream.isOperator(',')) break;
    isTuple = true;
  }
  if (!isTuple && items.length === 1) return items[0]!;
  if (!isTuple && !options.empty) throw stream.unexpected('expected an expression');
  return { kind: 'tuple', at, items };
}

function parseList(stream: TokenStream): Expr {
  const at = stream.next().offset;
  const items: Expr[] = [];
  while (!stream.isOperator(']')) {
    if (items.length > 0) stream.expect(',');
    if (stream.isOperator(']')) break;
    items.push(parseExpression(stream));
  }
  stream.expect(']');
  return { kind: 'list', at, items };
}

function parseDict(stream: TokenStream): Expr {
  const at = stream.next().offset;
  const items: [Expr, Expr][] = [];
  while (!stream.isOperator('}')) {
    if (items.length > 0) stream.expect(',');
    if (stream.isOperator('}')) break;
    const key = parseExpression(stream);
    stream.expect(':');
    items.push([key, parseExpression(stream)]);
  }
  stream.expect('}');
  return { kind: 'dict', at, items };
}

/** How what follows a value reads what stands in its brackets. */
export const GRAMMAR: Grammar = { expression: (stream) => parseExpression(stream), primary: parsePrimary };
