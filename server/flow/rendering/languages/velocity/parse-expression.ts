/** Expressions, and references `$name.property.method(arguments)[index]`, which hold one another. */
import { float, integer } from '../core/index.ts';
import type { Expr, Operator, Ref, Step } from './ast.ts';
import type { Reader } from './reader.ts';

/** Operators by how tightly they bind, loosest first. */
const LEVELS: [RegExp, Record<string, Operator>][] = [
  [/\|\||or\b/y, { '||': '||', or: '||' }],
  [/&&|and\b/y, { '&&': '&&', and: '&&' }],
  [/==|!=|(?:eq|ne)\b/y, { '==': '==', '!=': '!=', eq: '==', ne: '!=' }],
  [
    /<=|>=|<|>|(?:lt|le|gt|ge)\b/y,
    { '<': '<', '<=': '<=', '>': '>', '>=': '>=', lt: '<', le: '<=', gt: '>', ge: '>=' },
  ],
  // A minus directly before a digit belongs to the number.
  [/\+|-(?![\d.])/y, { '+': '+', '-': '-' }],
  [/[*/%]/y, { '*': '*', '/': '/', '%': '%' }],
];
const FLOAT = /-?(?:\d+\.(?!\.)\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y;
const INTEGER = /-?\d+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NOT = /!(?!=)|not\b/y;
const MINUS = /-(?=[$(])/y;
const STRING = /"(?:[^"]|"")*"|'(?:[^']|'')*'/y;
const MOST_DIGITS = 400;

/** A whole expression. Throws SyntaxFault. */
export function parseExpression(reader: Reader): Expr {
  return reader.nested(() => parseLevel(reader, 0));
}

function parseLevel(reader: Reader, level: number): Expr {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(reader);
  let left = parseLevel(reader, level + 1);
  for (;;) {
    reader.space();
    const sign = reader.match(operators[0]);
    if (sign === null) return left;
    left = { kind: 'binary', operator: operators[1][sign]!, left, right: parseLevel(reader, level + 1) };
  }
}

function parseUnary(reader: Reader): Expr {
  reader.space();
  if (reader.match(MINUS) !== null) {
    const of = reader.nested(() => parseUnary(reader));
    return { kind: 'binary', operator: '-', left: { kind: 'value', value: 0 }, right: of };
  }
  if (reader.match(NOT) !== null) return { kind: 'not', of: reader.nested(() => parseUnary(reader)) };
  if (reader.take('(')) {
    const inner = parseExpression(reader);
    reader.space();
    reader.expect(')', 'An expression in parentheses');
    return inner;
  }
  return parseSimple(reader);
}

/** An argument of a method, with the space around it. */
function parseParameter(reader: Reader): Expr {
  const value = parseExpression(reader);
  reader.space();
  return value;
}

/** A value without operators: a literal, a list, a map, a range, or a reference. Throws SyntaxFault. */
export function parseSimple(reader: Reader): Expr {
  const { char } = reader;
  if (char === '$') return parseReference(reader, 0);
  if (char === '"' || char === "'") return parseString(reader);
  if (char === '[') return reader.nested(() => parseList(reader));
  if (char === '{') return reader.nested(() => parseMap(reader));
  const decimal = reader.match(FLOAT);
  if (decimal !== null) return { kind: 'value', value: float(Number(decimal)) };
  const whole = reader.match(INTEGER);
  if (whole !== null) {
    if (whole.length > MOST_DIGITS) throw reader.fault('This number has too many digits.');
    return { kind: 'value', value: integer(BigInt(whole)) };
  }
  const start = reader.at;
  const word = reader.match(WORD);
  if (word === 'true' || word === 'false') return { kind: 'value', value: word === 'true' };
  reader.at = start;
  throw reader.unexpected('A value');
}

/** A string: in double quotes with references and directives, in single quotes as it stands. */
function parseString(reader: Reader): Expr {
  const start = reader.at;
  const quoted = reader.match(STRING);
  if (quoted === null) throw reader.fault('This string is not closed.', start);
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("'")) return { kind: 'string', text: inner.replaceAll("''", "'") };
  const text = inner
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('""', '"');
  if (!/[$#]/.test(text)) return { kind: 'string', text };
  return { kind: 'template', nodes: reader.nested(() => reader.within(text, start + 1)) };
}

function parseList(reader: Reader): Expr {
  reader.at++;
  reader.space();
  const items: Expr[] = [];
  if (reader.take(']')) return { kind: 'list', items };
  for (;;) {
    items.push(parseParameter(reader));
    if (items.length === 1 && isBound(items[0]!) && reader.take('..')) {
      reader.space();
      const to = parseParameter(reader);
      reader.expect(']', 'A range');
      return { kind: 'range', from: items[0]!, to };
    }
    if (reader.take(']')) return { kind: 'list', items };
    reader.expect(',', 'A list');
  }
}

/** Whether a range may begin with it. */
function isBound(expr: Expr): boolean {
  return expr.kind === 'ref' || (expr.kind === 'value' && typeof expr.value === 'number');
}

function parseMap(reader: Reader): Expr {
  reader.at++;
  reader.space();
  const entries: [Expr, Expr][] = [];
  if (reader.take('}')) return { kind: 'map', entries };
  for (;;) {
    const key = parseParameter(reader);
    reader.expect(':', 'A map');
    entries.push([key, parseParameter(reader)]);
    if (reader.take('}')) return { kind: 'map', entries };
    reader.expect(',', 'A map');
  }
}

const START = /\$!?\{?[A-Za-z_]/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** In braces a hyphen belongs to the name, as in Velocity 1; Velocity 2 refuses it there. */
const NAME_IN_BRACES = /[A-Za-z_][A-Za-z0-9_-]*/y;
const DOT = /\.(?=[A-Za-z_])/y;
/** What an argument, or the end of no arguments, begins with. */
const ARGUMENTS = /\((?=[)"'$[{\sA-Za-z_\d]|-[\d.]|\.\d)/y;

const BARE = /(?!(?:true|false)\b)[A-Za-z_]\w*(?=\s*[,)])/y;
const NULL: Expr = { kind: 'value', value: null };

/** Methods that change what they are called on. */
const CHANGING = new Set(
  'add addAll addFirst addLast put putAll putIfAbsent remove removeAll retainAll clear set sort reverse'.split(' '),
);

/** Whether a reference begins at `at`. */
export function isReference(text: string, at: number): boolean {
  START.lastIndex = at;
  return START.test(text);
}

/** Reads a reference from its dollar sign on; `slashes` backslashes before it are read already. Throws SyntaxFault. */
export function parseReference(reader: Reader, slashes: number, dollars = ''): Ref {
  const start = reader.at;
  reader.at++;
  const quiet = reader.take('!');
  const formal = reader.take('{');
  const names = formal ? NAME_IN_BRACES : NAME;
  const name = reader.match(names);
  if (name === null) throw reader.unexpected('A name');
  const steps: Step[] = [];
  for (let step = parseStep(reader, names); step !== null; step = parseStep(reader, names)) steps.push(step);
  let alternate = null;
  if (formal) {
    if (reader.take('|')) alternate = parseExpression(reader);
    reader.expect('}', 'A reference in braces');
  }
  const literal = reader.piece(reader.text.slice(start, reader.at), start);
  return { kind: 'ref', name, steps, quiet, literal, slashes, dollars, alternate, at: reader.base + start };
}

function parseStep(reader: Reader, names: RegExp): Step | null {
  if (reader.char === '[') {
    reader.at++;
    reader.space();
    const value = reader.nested(() => parseSimple(reader));
    reader.space();
    reader.expect(']', 'An index');
    return { kind: 'index', value };
  }
  if (reader.match(DOT) === null) return null;
  const name = reader.match(names)!;
  if (reader.match(ARGUMENTS) === null) return { kind: 'property', name };
  if (CHANGING.has(name)) reader.findings.changes = true;
  const args = reader.nested(() => {
    const read = [];
    reader.space();
    while (reader.char !== ')') {
      if (read.length > 0) reader.expect(',', 'A list of arguments');
      // A bare word stands for nothing at all, as in `$a.b(c)`.
      read.push(reader.match(BARE) === null ? parseParameter(reader) : NULL);
    }
    reader.at++;
    return read;
  });
  return { kind: 'method', name, args };
}
