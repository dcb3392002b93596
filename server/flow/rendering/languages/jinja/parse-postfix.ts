/** What follows a value: attributes, subscripts, calls, filters and tests. */
import type { Args, Expr } from './ast.ts';
import { LexError } from './lexer.ts';
import type { TokenStream } from './stream.ts';

/** How expressions and values are read. */
export interface Grammar {
  expression(stream: TokenStream): Expr;
  primary(stream: TokenStream): Expr;
}

/** Attributes, subscripts and calls. */
export function parsePostfix(stream: TokenStream, given: Expr, grammar: Grammar): Expr {
  let node = given;
  for (;;) {
    if (stream.isOperator('.')) node = parseDot(stream, node);
    else if (stream.isOperator('[')) node = stream.deeper(() => parseSubscript(stream, node, grammar));
    else if (stream.isOperator('(')) node = parseCall(stream, node, grammar);
    else return node;
  }
}

/** Filters, tests and calls. */
export function parseFilters(stream: TokenStream, given: Expr, grammar: Grammar): Expr {
  let node = given;
  for (;;) {
    if (stream.isOperator('|')) node = parseFilter(stream, node, grammar)!;
    else if (stream.isName('is')) node = parseTest(stream, node, grammar);
    else if (stream.isOperator('(')) node = parseCall(stream, node, grammar);
    else return node;
  }
}

function parseDot(stream: TokenStream, of: Expr): Expr {
  const at = stream.next().offset;
  const { type, text, value, offset } = stream.current;
  if (type === 'name') {
    stream.next();
    return { kind: 'attribute', at, of, name: text };
  }
  if (type !== 'number' || !/^\d/.test(text)) throw stream.unexpected('expected a name or number after the dot');
  stream.next();
  return { kind: 'item', at, of, key: { kind: 'number', at: offset, value: value as number } };
}

function parseSubscript(stream: TokenStream, of: Expr, grammar: Grammar): Expr {
  const at = stream.next().offset;
  const keys: Expr[] = [];
  while (!stream.isOperator(']')) {
    if (keys.length > 0) stream.expect(',');
    keys.push(parseKey(stream, grammar));
  }
  stream.expect(']');
  return { kind: 'item', at, of, key: keys.length === 1 ? keys[0]! : { kind: 'tuple', at, items: keys } };
}

/** What stands in the brackets of a subscript: a key or a slice. */
function parseKey(stream: TokenStream, { expression }: Grammar): Expr {
  const { offset: at } = stream.current;
  const ends = () => stream.isOperator(']') || stream.isOperator(',') || stream.isOperator(':');
  const start = stream.isOperator(':') ? null : expression(stream);
  if (!stream.skip(':')) return start!;
  const stop = ends() ? null : expression(stream);
  const step = stream.skip(':') && !ends() ? expression(stream) : null;
  return { kind: 'slice', at, start, stop, step };
}

function parseCall(stream: TokenStream, of: Expr, grammar: Grammar): Expr & { kind: 'call' } {
  const { offset: at } = stream.current;
  return { kind: 'call', at, of, ...stream.deeper(() => parseArgs(stream, grammar)) };
}

function parseArgs(stream: TokenStream, { expression }: Grammar): Args {
  const at = stream.expect('(').offset;
  const found: Args = { args: [], kwargs: [], rest: null, restKwargs: null };
  const ensure = (right: boolean) => {
    if (!right)
      throw new LexError('The arguments stand in the wrong order: values, then name=value, then *, then **.', at);
  };
  let first = true;
  while (!stream.isOperator(')')) {
    if (!first) stream.expect(',');
    if (stream.isOperator(')')) break;
    first = false;
    if (stream.skip('*')) {
      ensure(found.rest === null && found.restKwargs === null);
      found.rest = expression(stream);
    } else if (stream.skip('**')) {
      ensure(found.restKwargs === null);
      found.restKwargs = expression(stream);
    } else if (
      stream.current.type === 'name' &&
      stream.following.type === 'operator' &&
      stream.following.text === '='
    ) {
      ensure(found.restKwargs === null);
      const { text: name, offset } = stream.next();
      if (found.kwargs.some(([other]) => other === name)) throw new LexError(`${name} is given twice.`, offset);
      stream.next();
      found.kwargs.push([name, expression(stream)]);
    } else {
      ensure(found.rest === null && found.restKwargs === null && found.kwargs.length === 0);
      found.args.push(expression(stream));
    }
  }
  stream.expect(')');
  return found;
}

const NO_ARGS: Args = { args: [], kwargs: [], rest: null, restKwargs: null };

function dotted(stream: TokenStream): string {
  let name = stream.expectName().text;
  while (stream.skip('.')) name += `.${stream.expectName().text}`;
  return name;
}

/** Filters from here on; `inline`: the first one stands without its bar. */
export function parseFilter(stream: TokenStream, given: Expr | null, grammar: Grammar, inline = false): Expr | null {
  let node = given;
  for (let bare = inline; bare || stream.isOperator('|'); bare = false) {
    if (!bare) stream.next();
    const { offset: at } = stream.current;
    const name = dotted(stream);
    const args = stream.isOperator('(') ? stream.deeper(() => parseArgs(stream, grammar)) : NO_ARGS;
    node = { kind: 'filter', at, of: node, name, ...args };
  }
  return node;
}

const ENDS_TEST = new Set(['else', 'or', 'and']);

function parseTest(stream: TokenStream, of: Expr, grammar: Grammar): Expr {
  stream.next();
  const negated = stream.skipName('not');
  const { offset: at } = stream.current;
  const name = dotted(stream);
  let args = NO_ARGS;
  const { type, text } = stream.current;
  if (stream.isOperator('(')) args = stream.deeper(() => parseArgs(stream, grammar));
  else if (
    (type === 'name' && !ENDS_TEST.has(text)) ||
    type === 'string' ||
    type === 'number' ||
    stream.isOperator('[') ||
    stream.isOperator('{')
  ) {
    if (stream.isName('is')) throw stream.unexpected('tests can not be chained');
    args = { ...NO_ARGS, args: [parsePostfix(stream, grammar.primary(stream), grammar)] };
  }
  const test: Expr = { kind: 'test', at, of, name, ...args };
  return negated ? { kind: 'not', at, of: test } : test;
}
