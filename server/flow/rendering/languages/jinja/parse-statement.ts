import type { Expr, Signature, Statement, Target } from './ast.ts';
import { LexError } from './lexer.ts';
import { GRAMMAR, parseExpression, parsePrimary, parseTuple } from './parse-expression.ts';
import { parseFilter } from './parse-postfix.ts';
import type { TokenStream } from './stream.ts';

type Parse = (stream: TokenStream, at: number) => Statement;

/** Statements that would read other templates; there are none to read. */
const OUTSIDE: Record<string, string> = {
  include: 'Other templates are not read: put the text here, or into a macro.',
  import: 'Other templates are not read: define the macro here.',
  from: 'Other templates are not read: define the macro here.',
  extends: 'Other templates are not read: write the whole text here.',
};

/** All statements of a template. Throws LexError. */
export function parseTemplate(stream: TokenStream): Statement[] {
  const { statements } = parseBody(stream, null);
  return statements;
}

interface Body {
  statements: Statement[];
  /** The name that ended it, already read; the rest of its tag is not. */
  end: string;
}

/** Statements up to a tag that begins with one of the names; null: up to the end of the template. */
function parseBody(stream: TokenStream, ends: string[] | null, opened = 0): Body {
  const statements: Statement[] = [];
  for (;;) {
    const token = stream.next();
    switch (token.type) {
      case 'data':
        statements.push({ kind: 'data', at: token.offset, text: token.text });
        break;
      case 'begin':
        if (token.text === 'variable') {
          statements.push({ kind: 'print', at: token.offset, value: parseTuple(stream) });
        } else {
          const { current } = stream;
          if (ends !== null && current.type === 'name' && ends.includes(current.text)) {
            stream.next();
            return { statements, end: current.text };
          }
          statements.push(...stream.deeper(() => parseStatement(stream, ends)));
        }
        stream.expectEnd();
        break;
      default:
        if (ends === null) return { statements, end: '' };
        throw new LexError('This block has no end.', opened, `Close it with {% ${ends.at(-1)} %}.`);
    }
  }
}

function parseStatement(stream: TokenStream, ends: string[] | null): Statement[] {
  const { type, text, offset } = stream.current;
  if (type !== 'name') throw stream.unexpected('expected the name of a tag');
  if (Object.hasOwn(OUTSIDE, text)) throw new LexError(`{% ${text} %} is not possible here.`, offset, OUTSIDE[text]!);
  stream.next();
  if (text === 'print') return parsePrint(stream, offset);
  const parse = STATEMENTS.get(text);
  if (parse !== undefined) return [parse(stream, offset)];
  const hint = ends === null ? null : `Here {% ${ends.join(' %} or {% ')} %} may come.`;
  throw new LexError(`There is no tag ${text}.`, offset, hint);
}

/** The rest of an opening tag, then statements up to its end tag, whose end is left for the caller. */
function block(stream: TokenStream, at: number, ends: string[]): Body {
  stream.skip(':');
  stream.expectEnd();
  return parseBody(stream, ends, at);
}

function parsePrint(stream: TokenStream, at: number): Statement[] {
  const printed: Statement[] = [];
  while (stream.current.type !== 'end') {
    if (printed.length > 0) stream.expect(',');
    printed.push({ kind: 'print', at, value: parseExpression(stream) });
  }
  return printed;
}

function parseTargetPrimary(stream: TokenStream, namespaces: boolean): Target {
  const { current, following } = stream;
  if (namespaces && current.type === 'name' && following.type === 'operator' && following.text === '.') {
    stream.next();
    stream.next();
    return { kind: 'namespace', at: current.offset, name: current.text, attribute: stream.expectName().text };
  }
  const primary = parsePrimary(stream);
  return asTarget(primary);
}

function asTarget(node: Expr): Target {
  if (node.kind === 'name') return node;
  if (node.kind === 'tuple') return { kind: 'tuple', at: node.at, items: node.items.map(asTarget) };
  throw new LexError("Can't assign to this.", node.at, 'Put a name before the equals sign.');
}

/** A name, or several with commas between them; `namespaces`: `ns.x` too. */
function parseTarget(stream: TokenStream, namespaces: boolean, until?: string): Target {
  const { offset: at } = stream.current;
  const items: Target[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) stream.expect(',');
    if (stream.current.type === 'end' || (until !== undefined && stream.isName(until))) break;
    items.push(parseTargetPrimary(stream, namespaces));
    if (!stream.isOperator(',')) break;
    isTuple = true;
  }
  if (items.length === 0) throw stream.unexpected('expected a name');
  return isTuple ? { kind: 'tuple', at, items } : items[0]!;
}

function parseSignature(stream: TokenStream): Signature {
  const signature: Signature = { names: [], defaults: [] };
  stream.expect('(');
  while (!stream.isOperator(')')) {
    if (signature.names.length > 0) stream.expect(',');
    const { text: name, offset } = stream.expectName();
    if (signature.names.includes(name)) throw new LexError(`There are two arguments ${name}.`, offset);
    signature.names.push(name);
    if (stream.skip('=')) signature.defaults.push(parseExpression(stream));
    else if (signature.defaults.length > 0) throw stream.unexpected('expected a default, since the one before has one');
  }
  stream.next();
  return signature;
}

function parseIf(stream: TokenStream, at: number): Statement {
  const branches: { test: Expr; body: Statement[] }[] = [];
  for (;;) {
    const test = parseTuple(stream, { conditional: false });
    const { statements, end } = block(stream, at, ['elif', 'else', 'endif']);
    branches.push({ test, body: statements });
    if (end === 'elif') continue;
    const none = end === 'else' ? block(stream, at, ['endif']).statements : [];
    return { kind: 'if', at, branches, none };
  }
}

function parseFor(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, false, 'in');
  stream.expectName('in');
  const of = parseTuple(stream, { conditional: false, until: 'recursive' });
  const test = stream.skipName('if') ? parseExpression(stream) : null;
  const recursive = stream.skipName('recursive');
  const { statements: body, end } = block(stream, at, ['endfor', 'else']);
  const none = end === 'else' ? block(stream, at, ['endfor']).statements : [];
  return { kind: 'for', at, target, of, test, recursive, body, none };
}

function parseSet(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, true);
  if (stream.skip('=')) return { kind: 'set', at, target, value: parseTuple(stream) };
  const filter = parseFilter(stream, null, GRAMMAR);
  return { kind: 'setBlock', at, target, filter, body: block(stream, at, ['endset']).statements };
}

function parseWith(stream: TokenStream, at: number): Statement {
  const targets: [Target, Expr][] = [];
  while (stream.current.type !== 'end') {
    if (targets.length > 0) stream.expect(',');
    const target = parseTargetPrimary(stream, false);
    stream.expect('=');
    targets.push([target, parseExpression(stream)]);
  }
  return { kind: 'with', at, targets, body: block(stream, at, ['endwith']).statements };
}

function parseMacro(stream: TokenStream, at: number): Statement {
  const name = stream.expectName().text;
  const signature = parseSignature(stream);
  return { kind: 'macro', at, name, signature, body: block(stream, at, ['endmacro']).statements };
}

function parseCallBlock(stream: TokenStream, at: number): Statement {
  const signature = stream.isOperator('(') ? parseSignature(stream) : { names: [], defaults: [] };
  const call = parseExpression(stream);
  if (call.kind !== 'call')
    throw new LexError('A call block must call something.', call.at, 'As in {% call name() %}.');
  return { kind: 'callBlock', at, signature, call, body: block(stream, at, ['endcall']).statements };
}

function parseBlock(stream: TokenStream, at: number): Statement {
  const name = stream.expectName().text;
  const scoped = stream.skipName('scoped');
  if (stream.skipName('required')) throw new LexError('A required block needs another template.', at);
  const { statements: body } = block(stream, at, ['endblock']);
  stream.skipName(name);
  return { kind: 'block', at, name, scoped, body };
}

/** `{% abort %}`, `{% abort "reason" %}`: the delivery is not sent. */
function parseAbort(stream: TokenStream, at: number): Statement {
  return { kind: 'abort', at, reason: stream.current.type === 'end' ? null : parseExpression(stream) };
}

/** `{% output customers separated by ',' %}`: the members of a batch. */
function parseOutput(stream: TokenStream, at: number): Statement {
  const members = parseExpression(stream);
  let separator: Expr | null = null;
  if (stream.skipName('separated')) {
    stream.expectName('by');
    separator = parseExpression(stream);
  }
  return { kind: 'output', at, members, separator };
}

const STATEMENTS = new Map<string, Parse>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['with', parseWith],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['block', parseBlock],
  ['abort', parseAbort],
  ['output', parseOutput],
  ['do', (stream, at) => ({ kind: 'do', at, value: parseTuple(stream) })],
  ['break', (_stream, at) => ({ kind: 'break', at })],
  ['continue', (_stream, at) => ({ kind: 'continue', at })],
  [
    'filter',
    (stream, at) => {
      const filter = parseFilter(stream, null, GRAMMAR, true)!;
      return { kind: 'filterBlock', at, filter, body: block(stream, at, ['endfilter']).statements };
    },
  ],
  [
    'autoescape',
    (stream, at) => {
      const value = parseExpression(stream);
      return { kind: 'autoescape', at, value, body: block(stream, at, ['endautoescape']).statements };
    },
  ],
]);
