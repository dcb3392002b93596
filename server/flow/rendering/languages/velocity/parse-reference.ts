/** References: `$name.property.method(arguments)[index]`, with `!` and braces. */
import type { Expr, Ref, Step } from './ast.ts';
import { parseExpression, parseParameter, parseSimple } from './parse-expression.ts';
import type { Reader } from './reader.ts';

const START = /\$!?\{?[A-Za-z_]/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
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
  const name = reader.match(NAME);
  if (name === null) throw reader.unexpected('A name');
  const steps: Step[] = [];
  for (let step = parseStep(reader); step !== null; step = parseStep(reader)) steps.push(step);
  let alternate = null;
  if (formal) {
    if (reader.take('|')) alternate = parseExpression(reader);
    reader.expect('}', 'A reference in braces');
  }
  const literal = reader.piece(reader.text.slice(start, reader.at), start);
  return { kind: 'ref', name, steps, quiet, literal, slashes, dollars, alternate, at: reader.base + start };
}

function parseStep(reader: Reader): Step | null {
  if (reader.char === '[') {
    reader.at++;
    reader.space();
    const value = reader.nested(() => parseSimple(reader));
    reader.space();
    reader.expect(']', 'An index');
    return { kind: 'index', value };
  }
  if (reader.match(DOT) === null) return null;
  const name = reader.match(NAME)!;
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
