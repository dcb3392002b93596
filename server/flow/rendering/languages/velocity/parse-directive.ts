/** Directives: what stands between `#name` and the end of its block. */
import type { Expr, Macro, Node } from './ast.ts';
import { parseExpression, parseReference, parseSimple } from './parse-expression.ts';
import type { Reader } from './reader.ts';

/** Reads a block, whose first directive stands at `opened`, up to one of `ends`, and says which one it was. */
export type Block = (reader: Reader, ends: readonly string[], opened: number) => { nodes: Node[]; end: string };

/** What reads the block that a directive stands in. */
interface Around {
  readonly reader: Reader;
  readonly isBlank: boolean;
  push(node: Node): void;
  isLineStart(at: number): boolean;
  trim(): string;
}

/** Reads a directive whose name, which begins at `start`, is read already. */
type Directive = (around: Around, name: string, start: number, block: Block) => void;

const OPEN = /[ \t\r\n]*\(/y;
const SET_OPEN = / *\(/y;
const LINE_END = /[ \t]*(?:\r\n|\n|\r)/y;
const IN = /\s*in\b/y;
const NAME = /[A-Za-z_@][A-Za-z0-9_@]*/y;
const WORD_ARGUMENT = /(?!(?:true|false)\b)[A-Za-z_@][A-Za-z0-9_@]*/y;
const SPACE_OR_COMMA = /\s*,?\s*/y;

const NO_SNIPPETS = 'Nothing outside of a template is read; put the text into the template itself.';

/** Names that a backslash escapes. */
export const BUILT_IN: ReadonlySet<string> = new Set(
  'set if elseif else end foreach macro define evaluate parse include stop break literal abort'.split(' '),
);

function open(reader: Reader, name: string): void {
  if (reader.match(OPEN) === null) throw reader.unexpected(`A ( after #${name}`);
}

function close(reader: Reader, name: string): void {
  reader.space();
  reader.expect(')', `#${name}`);
}

/** A directive's first block; the directive takes its lines with it, where it begins one. */
function body(around: Around, start: number, ends: readonly string[], block: Block) {
  const { reader } = around;
  const alone = around.isLineStart(start);
  const before = alone ? around.trim() : '';
  reader.match(LINE_END);
  const read = block(reader, ends, start);
  finish(reader, read.end, alone);
  return { ...read, alone, before };
}

function finish(reader: Reader, end: string, alone: boolean): void {
  if (alone || end === 'else') reader.match(LINE_END);
}

function condition(reader: Reader, name: string): Expr {
  open(reader, name);
  const test = parseExpression(reader);
  close(reader, name);
  return test;
}

const directiveIf: Directive = (around, _name, start, block) => {
  const { reader } = around;
  const branches: { test: Expr; body: Node[] }[] = [];
  let test = condition(reader, 'if');
  const ends = ['elseif', 'else', 'end'];
  const first = around.isLineStart(start);
  let { nodes, end } = body(around, start, ends, block);
  branches.push({ test, body: nodes });
  while (end === 'elseif') {
    test = condition(reader, 'elseif');
    reader.match(LINE_END);
    ({ nodes, end } = block(reader, ends, start));
    branches.push({ test, body: nodes });
    finish(reader, end, first);
  }
  const otherwise = otherwiseOf(reader, end, first, start, block);
  around.push({ kind: 'if', branches, otherwise });
};

function otherwiseOf(reader: Reader, end: string, alone: boolean, start: number, block: Block): Node[] {
  if (end !== 'else') return [];
  const { nodes } = block(reader, ['end'], start);
  finish(reader, 'end', alone);
  return nodes;
}

const directiveForeach: Directive = (around, _name, start, block) => {
  const { reader } = around;
  open(reader, 'foreach');
  reader.space();
  if (reader.char !== '$') throw reader.unexpected('A reference, as in #foreach($item in $list),');
  const item = parseReference(reader, 0);
  if (item.steps.length > 0) throw reader.fault('The item of #foreach is a name alone.', item.at - reader.base);
  if (reader.match(IN) === null) throw reader.unexpected('The word "in"');
  reader.space();
  const list = parseSimple(reader);
  close(reader, 'foreach');
  const { nodes, end, alone } = body(around, start, ['else', 'end'], block);
  const otherwise = otherwiseOf(reader, end, alone, start, block);
  around.push({ kind: 'foreach', name: item.name, list, body: nodes, otherwise, at: reader.base + start });
};

const directiveSet: Directive = (around, name, start, block) => {
  const { reader } = around;
  if (reader.match(SET_OPEN) === null) {
    call(around, name, start, block);
    return;
  }
  reader.space();
  if (reader.char !== '$') throw reader.unexpected('A reference, as in #set($name = 1),');
  const target = parseReference(reader, 0);
  if (target.steps.length > 0) reader.findings.changes = true;
  reader.space();
  reader.expect('=', '#set');
  const value = parseExpression(reader);
  close(reader, 'set');
  // It is seen nowhere: white space after another tag goes with it, and its line end does.
  if (around.isLineStart(start) || around.isBlank) around.trim();
  reader.match(LINE_END);
  around.push({ kind: 'set', target, value });
};

const directiveMacro: Directive = (around, _name, start, block) => {
  const { reader } = around;
  open(reader, 'macro');
  reader.space();
  const name = reader.match(NAME);
  if (name === null) throw reader.unexpected("The macro's name, without quotes,");
  const parameters: Macro['parameters'] = [];
  for (reader.match(SPACE_OR_COMMA); reader.char !== ')'; reader.match(SPACE_OR_COMMA)) {
    if (reader.char !== '$') throw reader.unexpected('A parameter, as in #macro(name $parameter),');
    const parameter = parseReference(reader, 0);
    reader.space();
    const otherwise = reader.take('=') ? parseDefault(reader) : null;
    parameters.push({ name: parameter.name, otherwise });
  }
  close(reader, 'macro');
  const { nodes } = body(around, start, ['end'], block);
  // The first of a name stands.
  if (!reader.findings.macros.has(name)) reader.findings.macros.set(name, { parameters, body: nodes });
};

function parseDefault(reader: Reader): Expr {
  reader.space();
  return parseSimple(reader);
}

const directiveDefine: Directive = (around, _name, start, block) => {
  const { reader } = around;
  open(reader, 'define');
  reader.space();
  if (reader.char !== '$') throw reader.unexpected('A reference, as in #define($name),');
  const { name } = parseReference(reader, 0);
  close(reader, 'define');
  const { nodes } = body(around, start, ['end'], block);
  around.push({ kind: 'define', name, body: nodes });
};

/** A directive of one line takes the line with it where it stands alone on it; gives the white space before it. */
function line(around: Around, start: number): string {
  if (!around.isLineStart(start)) return '';
  const before = around.trim();
  around.reader.match(LINE_END);
  return before;
}

const directiveEvaluate: Directive = (around, _name, start) => {
  const { reader } = around;
  open(reader, 'evaluate');
  reader.space();
  const value = parseSimple(reader);
  close(reader, 'evaluate');
  // What it runs may change anything.
  reader.findings.changes = true;
  line(around, start);
  around.push({ kind: 'evaluate', value, at: reader.base + start });
};

const refused: Directive = ({ reader }, name, start) => {
  throw reader.fault(`#${name} is not available.`, start, NO_SNIPPETS);
};

/** `#stop`, `#break` and `#abort`, with or without an argument. */
const ending: Directive = (around, name, start) => {
  const { reader } = around;
  let reason: Expr | null = null;
  if (reader.match(OPEN) !== null) {
    reader.space();
    if (reader.char !== ')') reason = parseExpression(reader);
    close(reader, name);
  }
  line(around, start);
  if (name === 'abort') around.push({ kind: 'abort', reason, at: reader.base + start });
  else around.push({ kind: name === 'stop' ? 'stop' : 'break' });
};

/** `#literal() … #end`: its block as it stands. */
const literal: Directive = (around, name, start, block) => {
  const { reader } = around;
  open(reader, name);
  close(reader, name);
  const from = reader.at;
  block(reader, ['end'], start);
  const text = reader.text.slice(from, reader.text.lastIndexOf('#', reader.at - 1));
  around.push({ kind: 'text', piece: reader.piece(text, start) });
};

/** A macro's call, or what only looks like one: that is printed as it stands. */
const call: Directive = (around, name, start, block) => {
  const { reader } = around;
  const args: Expr[] = [];
  let known = true;
  if (reader.match(OPEN) !== null) {
    for (reader.match(SPACE_OR_COMMA); reader.char !== ')'; reader.match(SPACE_OR_COMMA)) {
      if (reader.match(WORD_ARGUMENT) === null) args.push(reader.nested(() => parseSimple(reader)));
      else known = false;
    }
    reader.at++;
  }
  let nodes: Node[] | null = null;
  let before: string;
  if (name.startsWith('@')) ({ nodes, before } = body(around, start, ['end'], block));
  else before = line(around, start);
  const text = before + reader.text.slice(start, reader.at);
  const piece = reader.piece(text, start);
  if (!known) around.push({ kind: 'text', piece });
  else {
    const plain = name.startsWith('@') ? name.slice(1) : name;
    around.push({ kind: 'call', name: plain, args, body: nodes, literal: piece, at: reader.base + start });
  }
};

/** What reads each directive, by name; '' reads what has no directive's name. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map([
  ['if', directiveIf],
  ['foreach', directiveForeach],
  ['set', directiveSet],
  ['macro', directiveMacro],
  ['define', directiveDefine],
  ['evaluate', directiveEvaluate],
  ['parse', refused],
  ['include', refused],
  ['stop', ending],
  ['break', ending],
  ['abort', ending],
  ['literal', literal],
  ['@', call],
  ['', call],
]);
